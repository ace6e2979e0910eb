import {
  Button,
  makeStyles,
  mergeClasses,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  ProgressBar,
  tokens,
} from "@fluentui/react-components";
import {
  ArrowSyncRegular,
  CheckmarkCircleRegular,
  ClockRegular,
  CloudOffRegular,
  ErrorCircleRegular,
  type FluentIcon,
  InfoRegular,
  LockClosedRegular,
  PersonCircleRegular,
} from "@fluentui/react-icons";
import { useState } from "react";
import { PermissionTable } from "../components/PermissionTable";
import { ProblemBar } from "../components/ProblemBar";
import {
  formatAbout,
  formatAgo,
  formatBytes,
  formatCount,
  formatNumber,
  plainText,
  showTimesIn,
  zoneLabel,
} from "../format/format";
import type { SyncPhaseView, SyncView } from "../ipc/bindings";
import { useApp, useNow } from "../ipc/useApp";
import { oneLine, ramp, unseen } from "../theme/type";
import { useConnect } from "./useConnect";

const useStyles = makeStyles({
  bar: {
    display: "flex",
    alignItems: "center",
    gap: "4px",
    height: "24px",
    flexShrink: 0,
    boxSizing: "border-box",
    padding: "0 6px",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  part: {
    ...ramp.axis,
    lineHeight: "16px",
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground3,
    height: "23px",
    padding: "0 6px",
    minWidth: 0,
    gap: "2px",
    "& .fui-Button__icon": { fontSize: "12px", width: "14px", height: "14px" },
  },
  text: { minWidth: 0, ...oneLine },
  archive: {
    display: "inline-flex",
    gap: "4px",
    alignItems: "center",
    whiteSpace: "nowrap",
    "@media (max-width: 860px)": { display: "none" },
  },
  space: { flex: 1 },
  panel: {
    maxWidth: "720px",
    maxHeight: "60vh",
    overflowY: "auto",
    display: "flex",
    flexDirection: "column",
    gap: "12px",
  },
  title: { ...ramp.section, margin: 0 },
  line: { ...ramp.caption, color: tokens.colorNeutralForeground2, margin: 0 },
});

const phaseNames = {
  guests: "Guests",
  audits: "Audit logs",
  signIns: "Sign-in logs",
  journeys: "Journeys",
} as const satisfies Record<SyncPhaseView, string>;

/** What the status bar says about reading the tenant. */
export function syncText(sync: SyncView, now: Date): { icon: FluentIcon; text: string } {
  switch (sync.state) {
    case "idle":
      return { icon: InfoRegular, text: "Nothing read since Usher started" };
    case "running": {
      const pages =
        sync.pagesTotal === null
          ? formatCount(sync.pagesDone, "page")
          : `${formatNumber(sync.pagesDone)} of ${formatCount(sync.pagesTotal, "page")}`;
      const left = sync.secondsLeft === null ? "" : `, ${formatAbout(sync.secondsLeft)} left`;
      const work = sync.phase === "journeys" ? "Working out journeys" : `${phaseNames[sync.phase]}: ${pages}`;
      return { icon: ArrowSyncRegular, text: `${work}${left}, resumes if interrupted` };
    }
    case "completed":
      return {
        icon: CheckmarkCircleRegular,
        text: `Read ${formatNumber(sync.rows)} rows, ${formatAgo(sync.at, now)}`,
      };
    case "cancelled":
      return { icon: InfoRegular, text: "Reading was stopped. What was read is kept" };
    case "failed":
      return { icon: ErrorCircleRegular, text: "Reading ended early. What was read is kept" };
  }
}

/** Progress in tenths, so that a screen reader hears it ten times and not a hundred. */
function tenths(sync: SyncView): string {
  if (sync.state !== "running" || !sync.pagesTotal) return "";
  const tenth = Math.floor((10 * sync.pagesDone) / sync.pagesTotal);
  return tenth > 0 ? `${phaseNames[sync.phase]}, ${Math.min(tenth, 10) * 10} %` : "";
}

function SyncDetails() {
  const styles = useStyles();
  const { sync, account } = useApp();
  const { sync: start, stopSync } = useConnect();
  const isRunning = sync.state === "running";
  const value = isRunning && sync.pagesTotal ? sync.pagesDone / sync.pagesTotal : undefined;
  return (
    <div className={styles.panel} style={{ width: 360 }}>
      <h2 className={styles.title}>Reading the tenant</h2>
      <p className={styles.line}>
        Guests and both logs are read side by side, then each guest's journey is worked out. Reading changes
        nothing; it goes on where it stopped.
      </p>
      {isRunning ? (
        <>
          <ProgressBar
            aria-label={phaseNames[sync.phase]}
            {...(value === undefined ? {} : { value })}
            max={1}
            thickness="large"
          />
          <p className={styles.line}>
            {phaseNames[sync.phase]}, {formatNumber(sync.rows)} rows read
            {sync.secondsLeft === null ? "" : `, ${formatAbout(sync.secondsLeft)} left`}
          </p>
          <div>
            <Button size="small" onClick={() => stopSync.mutate()}>
              Stop
            </Button>
          </div>
        </>
      ) : (
        <>
          {sync.state === "failed" ? <ProblemBar problem={sync.problem} inset /> : null}
          <div>
            <Button
              size="small"
              appearance="primary"
              disabledFocusable={account === null}
              onClick={() => start.mutate()}
            >
              {sync.state === "cancelled" || sync.state === "failed" ? "Continue reading" : "Read now"}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

/** Who, what is being read, how big the archive is, which zone. Each part is a button. */
export function StatusBar({ onZone }: { onZone: () => void }) {
  const styles = useStyles();
  const app = useApp();
  const now = useNow();
  const [isUtc, setUtc] = useState(false);
  const { account, tenant, sync, archive } = app;
  const { icon: SyncIcon, text } = syncText(sync, now);
  return (
    <footer className={styles.bar} data-region="status">
      {account ? (
        <Popover withArrow>
          <PopoverTrigger disableButtonEnhancement>
            <Button
              appearance="transparent"
              size="small"
              className={styles.part}
              icon={<PersonCircleRegular />}
            >
              <span className={styles.text}>
                {plainText(account.name)} ·{" "}
                {account.roles.length > 0 ? account.roles.join(", ") : "no directory role"}
              </span>
            </Button>
          </PopoverTrigger>
          <PopoverSurface aria-label="What this account may do">
            <div className={styles.panel}>
              <h2 className={styles.title}>What this account may do</h2>
              <PermissionTable permissions={app.permissions} />
            </div>
          </PopoverSurface>
        </Popover>
      ) : (
        <span className={styles.part} style={{ display: "inline-flex", alignItems: "center", gap: 6 }}>
          <CloudOffRegular fontSize={13} aria-hidden />
          {tenant ? "Not signed in, nothing is sent" : "Not connected, nothing has been sent"}
        </span>
      )}
      {tenant ? (
        <Popover withArrow>
          <PopoverTrigger disableButtonEnhancement>
            <Button appearance="transparent" size="small" className={styles.part} icon={<SyncIcon />}>
              <span className={styles.text}>{text}</span>
            </Button>
          </PopoverTrigger>
          <PopoverSurface aria-label="Reading the tenant">
            <SyncDetails />
          </PopoverSurface>
        </Popover>
      ) : null}
      <span role="status" style={unseen}>
        {tenths(sync)}
      </span>
      <span className={styles.space} />
      {archive ? (
        <span className={mergeClasses(styles.part, styles.archive)}>
          <LockClosedRegular fontSize={12} aria-hidden />
          Archive {formatBytes(archive.bytes)}, encrypted
        </span>
      ) : null}
      <Button
        appearance="transparent"
        size="small"
        className={styles.part}
        icon={<ClockRegular />}
        title={isUtc ? "Show local times" : "Show times in UTC"}
        onClick={() => {
          showTimesIn(isUtc ? "local" : "UTC");
          setUtc(!isUtc);
          onZone();
        }}
      >
        <span style={{ whiteSpace: "nowrap" }}>{zoneLabel(now)}</span>
      </Button>
    </footer>
  );
}
