import { createFocusOutlineStyle, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { formatDay, formatFull, formatTime, plainText } from "../format/format";
import type { MailView } from "../ipc/bindings";
import { oneLine, ramp } from "../theme/type";
import { SideSection } from "./SideSection";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  row: {
    boxSizing: "border-box",
    width: "100%",
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) auto",
    columnGap: "8px",
    margin: 0,
    padding: "7px 14px 7px 11px",
    border: "none",
    borderLeft: "3px solid transparent",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: "transparent",
    color: "inherit",
    font: "inherit",
    textAlign: "start",
    cursor: "pointer",
    "&:hover": { backgroundColor: tokens.colorSubtleBackgroundHover },
    ...createFocusOutlineStyle(),
  },
  open: {
    backgroundColor: tokens.colorBrandBackground2,
    borderLeft: `3px solid ${tokens.colorCompoundBrandBackground}`,
    "&:hover": { backgroundColor: tokens.colorBrandBackground2 },
    "@media (forced-colors: active)": { outline: "2px solid Highlight" },
  },
  from: { ...ramp.caption, ...oneLine },
  bold: { fontWeight: tokens.fontWeightSemibold },
  time: { ...ramp.axis, color: tokens.colorNeutralForeground3 },
  subject: { ...ramp.caption, ...oneLine, color: tokens.colorNeutralForeground2, gridColumn: "1 / -1" },
  old: { ...ramp.axis, color: tokens.colorStatusWarningForeground1, gridColumn: "1 / -1" },
  empty: { ...ramp.caption, margin: 0, padding: "0 14px 10px", color: tokens.colorNeutralForeground3 },
});

interface Props {
  mails: readonly MailView[];
  open: string | null;
  now: Date;
  onOpen: (id: string) => void;
}

/** The played guest's inbox, newest first. */
export function Inbox({ mails, open, now, onOpen }: Props) {
  const styles = useStyles();
  return (
    <SideSection title="Inbox">
      {mails.length === 0 ? (
        <p className={styles.empty}>No mail has arrived.</p>
      ) : (
        <ul className={styles.list}>
          {mails.map((mail) => {
            const isOpen = mail.id === open;
            const day = formatDay(mail.at, now);
            return (
              <li key={mail.id}>
                <button
                  type="button"
                  className={mergeClasses(styles.row, isOpen && styles.open)}
                  aria-current={isOpen}
                  onClick={() => onOpen(mail.id)}
                >
                  <bdi className={mergeClasses(styles.from, isOpen && styles.bold)}>
                    {plainText(mail.from)}
                  </bdi>
                  <span className={styles.time} title={formatFull(mail.at)}>
                    {day === formatDay(now, now) ? formatTime(mail.at) : day}
                  </span>
                  <bdi className={styles.subject} title={plainText(mail.subject)}>
                    {plainText(mail.subject)}
                  </bdi>
                  {mail.superseded ? <span className={styles.old}>Superseded by a newer mail</span> : null}
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </SideSection>
  );
}
