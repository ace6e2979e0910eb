import { makeStyles, tokens } from "@fluentui/react-components";
import {
  CloudOffRegular,
  type FluentIcon,
  HistoryRegular,
  LockClosedRegular,
  ShieldCheckmarkRegular,
} from "@fluentui/react-icons";
import { Logo } from "../shell/Logo";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  side: {
    width: "360px",
    flexShrink: 0,
    boxSizing: "border-box",
    display: "flex",
    flexDirection: "column",
    padding: "44px 36px",
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    overflowY: "auto",
    "@media (max-width: 860px)": {
      width: "100%",
      order: 1,
      padding: "16px 20px",
      borderRight: "none",
      overflowY: "visible",
    },
  },
  brand: {
    display: "flex",
    alignItems: "center",
    gap: "14px",
    fontSize: "28px",
    lineHeight: "36px",
    fontWeight: tokens.fontWeightSemibold,
  },
  promise: { ...ramp.pageTitle, margin: "28px 0 16px" },
  text: { ...ramp.body, color: tokens.colorNeutralForeground2, margin: "0 0 24px" },
  facts: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    gap: "14px",
  },
  fact: { display: "grid", gridTemplateColumns: "20px 1fr", columnGap: "12px" },
  icon: { color: tokens.colorBrandForeground1 },
  title: { ...ramp.caption, fontWeight: tokens.fontWeightSemibold },
  detail: { ...ramp.caption, color: tokens.colorNeutralForeground3 },
  version: { ...ramp.caption, color: tokens.colorNeutralForeground3, marginTop: "auto", paddingTop: "24px" },
});

const facts: ReadonlyArray<readonly [FluentIcon, string, string]> = [
  [ShieldCheckmarkRegular, "Starts read-only", "Writing is asked for when you first need it, never before."],
  [CloudOffRegular, "Works offline", "The last sync and the sandbox need no network."],
  [LockClosedRegular, "No service in between", "Your computer talks to Microsoft Graph, nobody else."],
  [HistoryRegular, "Keeps what the tenant forgets", "Logs older than 30 days stay searchable once fetched."],
];

/** What Usher is for, beside the choice of how to start. */
export function PromiseSide({ version }: { version: string }) {
  const styles = useStyles();
  return (
    <aside className={styles.side} aria-label="About Usher">
      <div className={styles.brand}>
        <Logo size={42} />
        Usher
      </div>
      <p className={styles.promise}>
        Which of my guests have not got in, why, and the one click that fixes it.
      </p>
      <p className={styles.text}>
        For administrators of Microsoft Entra B2B guests. Everything Usher reads stays on this computer,
        encrypted.
      </p>
      <ul className={styles.facts}>
        {facts.map(([Icon, title, detail]) => (
          <li key={title} className={styles.fact}>
            <Icon fontSize={18} className={styles.icon} aria-hidden />
            <div>
              <div className={styles.title}>{title}</div>
              <div className={styles.detail}>{detail}</div>
            </div>
          </li>
        ))}
      </ul>
      <div className={styles.version}>Version {version}</div>
    </aside>
  );
}
