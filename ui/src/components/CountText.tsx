import { formatNumber } from "../format/format";
import type { Count } from "../ipc/bindings";
import { unseen } from "../theme/type";

/** "≥ 498": a number that may rest on incomplete logs, as text. Null is not known, never zero. */
export const countText = (count: Count | null): string =>
  count === null ? "not known" : `${count.atLeast ? "≥ " : ""}${formatNumber(count.value)}`;

/** The same for a screen reader: "at least 498". */
export const countWords = (count: Count | null): string =>
  count === null ? "not known" : `${count.atLeast ? "at least " : ""}${formatNumber(count.value)}`;

/** A number that may rest on incomplete logs. */
export function CountText({ count }: { count: Count | null }) {
  if (count === null || !count.atLeast) return <span>{countText(count)}</span>;
  return (
    <span>
      <span aria-hidden>{countText(count)}</span>
      <span style={unseen}>{countWords(count)}</span>
    </span>
  );
}
