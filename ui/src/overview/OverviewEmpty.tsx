import { Button, makeStyles, ProgressBar, tokens } from "@fluentui/react-components";
import {
  ArrowSyncRegular,
  BeakerRegular,
  DocumentSearchRegular,
  type FluentIcon,
  MailAddRegular,
  PeopleRegular,
} from "@fluentui/react-icons";
import { EmptyState } from "../components/EmptyState";
import { formatAbout, formatNumber } from "../format/format";
import type { PermissionView, SyncPhaseView, SyncView } from "../ipc/bindings";
import { useApp } from "../ipc/useApp";
import { goTo } from "../shell/address";
import { sandboxForm, useConnect } from "../shell/useConnect";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  card: {
    boxSizing: "border-box",
    width: "560px",
    maxWidth: "100%",
    padding: "8px 16px 4px",
    borderRadius: "8px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    boxShadow: tokens.shadow2,
    backgroundColor: tokens.colorNeutralBackground1,
    textAlign: "start",
  },
  head: { ...ramp.caption, color: tokens.colorNeutralForeground3, margin: 0, paddingBottom: "6px" },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  row: {
    display: "flex",
    alignItems: "center",
    gap: "12px",
    minHeight: "43px",
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  icon: { fontSize: "20px", color: tokens.colorCompoundBrandForeground1, flexShrink: 0 },
  name: { ...ramp.caption, fontWeight: tokens.fontWeightSemibold, display: "block" },
  needs: { ...ramp.caption, color: tokens.colorNeutralForeground3, display: "block" },
  buttons: { display: "flex", gap: "8px", marginTop: "20px" },
  after: { ...ramp.caption, color: tokens.colorNeutralForeground3, marginTop: "16px" },
  progress: { width: "360px", maxWidth: "100%" },
});

const SOURCES: readonly { icon: FluentIcon; name: string; scope: string }[] = [
  { icon: PeopleRegular, name: "Guests and sponsors", scope: "User.Read.All" },
  {
    icon: DocumentSearchRegular,
    name: "Audit and sign-in logs, as far back as the tenant keeps them",
    scope: "AuditLog.Read.All",
  },
];

function needs(permissions: readonly PermissionView[], scope: string): string {
  const permission = permissions.find((each) => each.scope === scope);
  if (!permission) return scope;
  const held = permission.held === null ? "" : permission.held ? ", you have it" : ", you do not have it";
  return `needs ${permission.leastRole}${held}`;
}

const phaseWords = {
  guests: "Reading guests",
  audits: "Reading audit logs",
  signIns: "Reading sign-in logs",
  journeys: "Working out each guest's journey",
} as const satisfies Record<SyncPhaseView, string>;

/** Before the first reading: what will be read, and the button that starts it. */
export function OverviewEmpty() {
  const styles = useStyles();
  const { sync, permissions, connection, tenant } = useApp();
  const connect = useConnect();
  if (sync.state === "running") return <FirstReading sync={sync} />;
  const hasRead =
    (connection.state === "online" && connection.syncedAt !== null) || sync.state === "completed";
  if (hasRead) {
    return (
      <EmptyState title="This tenant has no guests" text="Usher has read the directory and found none.">
        <Button appearance="primary" icon={<MailAddRegular />} onClick={() => goTo("invite")}>
          Invite the first guest
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Read your guests for the first time"
      text="Usher has not read this tenant yet. Reading changes nothing. You can stop at any time: it goes on where it stopped."
    >
      <div className={styles.card}>
        <p className={styles.head}>What is read, newest first</p>
        <ul className={styles.list}>
          {SOURCES.map(({ icon: Icon, name, scope }) => (
            <li key={name} className={styles.row}>
              <Icon aria-hidden className={styles.icon} />
              <span>
                <span className={styles.name}>{name}</span>
                <span className={styles.needs}>{needs(permissions, scope)}</span>
              </span>
            </li>
          ))}
        </ul>
      </div>
      <div className={styles.buttons}>
        <Button
          appearance="primary"
          icon={<ArrowSyncRegular />}
          disabledFocusable={connect.sync.isPending || connection.state !== "online"}
          onClick={() => connect.sync.mutate()}
        >
          Start reading
        </Button>
        {tenant?.sandbox ? null : (
          <Button
            appearance="subtle"
            icon={<BeakerRegular />}
            disabledFocusable={connect.signIn.isPending}
            onClick={() => connect.signIn.mutate(sandboxForm)}
          >
            Explore the sandbox tenant
          </Button>
        )}
      </div>
      <span className={styles.after}>
        {connection.state === "online"
          ? "Guests appear first. Logs follow in the background."
          : "You are not connected: reading starts when the tenant can be reached."}
      </span>
    </EmptyState>
  );
}

function FirstReading({ sync }: { sync: Extract<SyncView, { state: "running" }> }) {
  const styles = useStyles();
  const share = sync.pagesTotal ? sync.pagesDone / sync.pagesTotal : undefined;
  const left = sync.secondsLeft === null ? "" : `, ${formatAbout(sync.secondsLeft)} left`;
  return (
    <EmptyState
      title={phaseWords[sync.phase]}
      text={`${formatNumber(sync.rows)} rows so far${left}. The page fills as soon as the first guests are here.`}
    >
      <ProgressBar
        className={styles.progress}
        aria-label={phaseWords[sync.phase]}
        {...(share === undefined ? {} : { value: Math.min(share, 1) })}
      />
    </EmptyState>
  );
}
