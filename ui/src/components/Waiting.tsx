import { Spinner } from "@fluentui/react-components";
import { useMedia } from "./useMedia";

/** Something is under way. Where motion is not wanted: the word alone. */
export function Waiting({ label, size = "tiny" }: { label: string; size?: "tiny" | "medium" }) {
  const isStill = useMedia("(prefers-reduced-motion: reduce)");
  return isStill ? <span role="status">{label}…</span> : <Spinner size={size} label={label} />;
}
