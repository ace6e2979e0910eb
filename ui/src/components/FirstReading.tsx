import { Button, makeStyles, ProgressBar, tokens } from "@fluentui/react-components";
import {
  ArrowSyncRegular,
  BeakerRegular,
  DocumentRegular,
  DocumentSearchRegular,
  type FluentIcon,
  PeopleRegular,
} from "@fluentui/react-icons";
import { formatAbout, formatNumber } from "../format/format";
import { useApp, useCanWrite } from "../ipc/useApp";
import { sandboxForm, useConnect } from "../shell/useConnect";
import { ramp } from "../theme/type";
import { EmptyState } from "./EmptyState";
import { ProblemBar } from "./ProblemBar";

const useStyles = makeStyles({
  card: {
    width: "560px",
    maxWidth: "100%",
    boxSizing: "border-box",
    textAlign: "left",
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: "8px",
    boxShadow: tokens.shadow2,
    padding: "10px 16px 4px",
  },
  head: { ...ramp.caption, color: tokens.colorNeutralForeground3, paddingBottom: "6px" },
  row: {
    display: "grid",
    gridTemplateColumns: "20px 1fr auto",
    alignItems: "center",
    columnGap: "12px",
    minHeight: "44px",
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ...ramp.caption,
  },
  icon: { color: tokens.colorBrandForeground1 },
  title: { fontWeight: tokens.fontWeightSemibold },
  detail: { color: tokens.colorNeutralForeground3 },
  buttons: { display: "flex", gap: "8px", marginTop: "20px" },
  progress: { width: "320px", margin: "8px 0" },
  guests: { marginTop: "16px" },
  note: { ...ramp.caption, color: tokens.colorNeutralForeground3, marginTop: "12px" },
});

const steps: ReadonlyArray<{ icon: FluentIcon; title: string; scope: string; need: string }> = [
  { icon: PeopleRegular, title: "Guests and sponsors", scope: "User.Read.All", need: "needs Global Reader" },
  {
    icon: DocumentRegular,
    title: "Audit logs, last 30 days",
    scope: "AuditLog.Read.All",
    need: "needs Reports Reader",
  },
  {
    icon: DocumentSearchRegular,
    title: "Sign-in logs, last 30 days",
    scope: "AuditLog.Read.All",
    need: "needs Reports Reader and a P1 licence",
  },
];

interface Props {
  /** Shows what is read already, where there is something. */
  onGuests?: () => void;
}

/** A tenant nobody has read yet: what will be read, which role that needs, and the button. While it is read: how far. */
export function FirstReading({ onGuests }: Props) {
  const styles = useStyles();
  const { sync, permissions, tenant } = useApp();
  const canWrite = useCanWrite();
  const { sync: start, signIn } = useConnect();
  const held = (scope: string) => permissions.find((permission) => permission.scope === scope)?.held ?? null;
  if (sync.state === "running") {
    const value = sync.pagesTotal ? sync.pagesDone / sync.pagesTotal : undefined;
    return (
      <EmptyState
        title="Reading your guests"
        text="Guests and logs are read side by side. You can look around meanwhile."
      >
        <ProgressBar
          className={styles.progress}
          aria-label="Reading the tenant"
          thickness="large"
          max={1}
          {...(value === undefined ? {} : { value })}
        />
        <span className={styles.note}>
          {formatNumber(sync.rows)} rows read
          {sync.secondsLeft === null ? "" : `, ${formatAbout(sync.secondsLeft)} left`}
        </span>
        {onGuests ? (
          <Button className={styles.guests} icon={<PeopleRegular />} onClick={onGuests}>
            See the guests read so far
          </Button>
        ) : null}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Read your guests for the first time"
      text="Usher has not read this tenant yet. Reading changes nothing. You can stop at any time: it goes on where it stopped."
    >
      {sync.state === "failed" ? <ProblemBar problem={sync.problem} inset /> : null}
      <div className={styles.card}>
        <div className={styles.head}>What is read, newest first</div>
        {steps.map(({ icon: Icon, title, scope, need }) => {
          const has = held(scope);
          return (
            <div key={title} className={styles.row}>
              <Icon fontSize={20} className={styles.icon} aria-hidden />
              <div>
                <div className={styles.title}>{title}</div>
                <div className={styles.detail}>
                  {need}
                  {has === null ? "" : has ? ", you have it" : ", you do not have it"}
                </div>
              </div>
            </div>
          );
        })}
      </div>
      <div className={styles.buttons}>
        <Button
          appearance="primary"
          icon={<ArrowSyncRegular />}
          disabledFocusable={!canWrite || start.isPending}
          onClick={() => start.mutate()}
        >
          Start reading
        </Button>
        {tenant?.sandbox ? null : (
          <Button appearance="subtle" icon={<BeakerRegular />} onClick={() => signIn.mutate(sandboxForm)}>
            Explore the sandbox tenant
          </Button>
        )}
      </div>
    </EmptyState>
  );
}
