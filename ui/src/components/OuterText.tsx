import { makeStyles, mergeClasses, Tooltip } from "@fluentui/react-components";
import { useState } from "react";
import { plainText } from "../format/format";
import { oneLine } from "../theme/type";

const useStyles = makeStyles({ text: { display: "block", minWidth: 0, ...oneLine } });

interface Props {
  /** Text from outside: names, mails, anything a guest or a partner may have chosen. */
  text: string;
  className?: string | undefined;
}

/** One line of text from outside, isolated from the text around it and cut where it does not fit; the tooltip has it whole. */
export function OuterText({ text, className }: Props) {
  const styles = useStyles();
  const [isCut, setCut] = useState(false);
  const shown = plainText(text);
  const line = (
    <bdi
      dir="auto"
      className={mergeClasses(styles.text, className)}
      onPointerEnter={(event) => setCut(event.currentTarget.scrollWidth > event.currentTarget.clientWidth)}
    >
      {shown}
    </bdi>
  );
  return isCut ? (
    <Tooltip content={shown} relationship="description">
      {line}
    </Tooltip>
  ) : (
    line
  );
}
