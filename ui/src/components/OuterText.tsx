import { makeStyles, mergeClasses } from "@fluentui/react-components";
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
  const shown = plainText(text);
  return (
    <bdi
      dir="auto"
      className={mergeClasses(styles.text, className)}
      // The tooltip is the browser's: one of Fluent's would put another element in place of this one under the pointer.
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = currentTarget.scrollWidth > currentTarget.clientWidth ? shown : "";
      }}
    >
      {shown}
    </bdi>
  );
}
