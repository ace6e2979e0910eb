import { Button, Tooltip } from "@fluentui/react-components";
import { CopyRegular } from "@fluentui/react-icons";
import { useCopy } from "./useCopy";

/** A small button that copies `text`; `what` names it ("Mail address"). */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const copy = useCopy();
  return (
    <Tooltip content={`Copy ${what.toLowerCase()}`} relationship="label">
      <Button
        size="small"
        appearance="transparent"
        icon={<CopyRegular fontSize={14} />}
        onClick={() => copy(text, what)}
      />
    </Tooltip>
  );
}
