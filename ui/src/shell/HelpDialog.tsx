import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  Tooltip,
  tokens,
} from "@fluentui/react-components";
import { QuestionCircleRegular } from "@fluentui/react-icons";
import { Fragment } from "react";
import { useApp } from "../ipc/useApp";
import { ramp } from "../theme/type";
import { pages } from "./pages";

const useStyles = makeStyles({
  keys: {
    display: "grid",
    gridTemplateColumns: "max-content minmax(0, 1fr)",
    columnGap: "16px",
    rowGap: "8px",
    margin: 0,
    ...ramp.caption,
  },
  key: {
    margin: 0,
    fontWeight: tokens.fontWeightSemibold,
    whiteSpace: "nowrap",
  },
  does: { margin: 0, color: tokens.colorNeutralForeground2 },
  version: { ...ramp.caption, color: tokens.colorNeutralForeground3, margin: "16px 0 0" },
});

const keys: ReadonlyArray<readonly [string, string]> = [
  ["Ctrl+K", "Find a guest, a failure reason, a page or a command; or paste a view link"],
  ["Ctrl+F", "Find in the list of guests"],
  ["F5", "Read what is new in the tenant"],
  ...pages.flatMap((page) => (page.key ? [[`Ctrl+${page.key}`, page.label] as const] : [])),
  ["F6, Shift+F6", "Next and previous part of the window"],
  ["Up, Down, Home, End, Page keys", "Move the row"],
  ["Enter", "Open the guest, or apply what is asked"],
  ["Space", "Select the guest; Shift with the arrow keys selects more"],
  ["Ctrl+A", "Select all guests that match"],
  ["Ctrl+C", "On a row: copy mail address and object ID"],
  ["Ctrl+Enter", "Review an invitation"],
  ["Esc", "Close the panel, then clear the selection"],
];

/** The keys that work everywhere, and which version this is. */
export function HelpDialog() {
  const styles = useStyles();
  const { version } = useApp();
  return (
    <Dialog>
      <DialogTrigger disableButtonEnhancement>
        <Tooltip content="Keyboard and version" relationship="label">
          <Button appearance="transparent" size="small" icon={<QuestionCircleRegular fontSize={18} />} />
        </Tooltip>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Keyboard</DialogTitle>
          <DialogContent>
            <dl className={styles.keys}>
              {keys.map(([key, does]) => (
                <Fragment key={key}>
                  <dt className={styles.key}>{key}</dt>
                  <dd className={styles.does}>{does}</dd>
                </Fragment>
              ))}
            </dl>
            <p className={styles.version}>Usher {version}</p>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary">Close</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
