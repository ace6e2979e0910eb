import { Link, makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from "@fluentui/react-components";
import {
  CheckmarkCircleRegular,
  ChevronRightRegular,
  ProhibitedRegular,
  QuestionCircleRegular,
  WarningRegular,
} from "@fluentui/react-icons";
import { Card } from "../components/Card";
import { StateBadge } from "../components/StateBadge";
import { formatDayTime } from "../format/format";
import { guestsHref } from "../guests/guestAddress";
import type { PreflightVerdict, PreflightView } from "../ipc/bindings";
import { useCanWrite, useNow } from "../ipc/useApp";
import { ramp } from "../theme/type";
import { verdictLooks } from "./inviteFields";

const useStyles = makeStyles({
  card: { gap: "10px", padding: "12px 16px 14px" },
  path: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "6px",
    ...ramp.body,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  step: { display: "inline-flex", alignItems: "center", gap: "6px" },
  stop: { color: tokens.colorStatusDangerForeground1, fontWeight: tokens.fontWeightSemibold },
  chevron: { color: tokens.colorNeutralForeground3 },
  label: { ...ramp.caption, color: tokens.colorNeutralForeground3, marginBottom: "2px" },
  findings: {
    display: "flex",
    flexDirection: "column",
    gap: "6px",
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  finding: {
    display: "grid",
    gridTemplateColumns: "16px minmax(0, 1fr)",
    columnGap: "8px",
    ...ramp.caption,
    "& svg": { marginTop: "1px" },
  },
  blocked: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  ready: { color: tokens.colorStatusSuccessForeground1 },
  unknown: { color: tokens.colorNeutralForeground3 },
});

const findingIcons = {
  blocked: ProhibitedRegular,
  warning: WarningRegular,
  ready: CheckmarkCircleRegular,
} as const satisfies Record<PreflightVerdict, unknown>;

const isStop = (step: string) => step.startsWith("Stops");

interface Props {
  preflight: PreflightView | undefined;
  checking: boolean;
}

/** What is known before anything is sent: verdict, why, the way the guest will go, and what cannot be known. */
export function Preflight({ preflight, checking }: Props) {
  const styles = useStyles();
  if (!preflight) {
    return (
      <Card title="Pre-flight" className={styles.card}>
        {checking ? (
          <Skeleton aria-label="Checking">
            <SkeletonItem size={16} />
          </Skeleton>
        ) : (
          <span className={styles.label}>
            Type an address: it is checked here, on this computer, before anything is sent.
          </span>
        )}
      </Card>
    );
  }
  const look = verdictLooks[preflight.verdict];
  return (
    <Card
      title="Pre-flight"
      className={styles.card}
      subtitle="Checked on this computer; nothing has been sent"
      action={
        <span role="status">
          <StateBadge
            kind={look.kind}
            look="edge"
            {...(preflight.verdict === "blocked" ? { icon: ProhibitedRegular } : {})}
          >
            {look.word}
          </StateBadge>
        </span>
      }
    >
      {preflight.findings.length > 0 || preflight.existingGuestId ? (
        <ul className={styles.findings} aria-label="Findings">
          {preflight.findings.map((finding) => {
            const Icon = findingIcons[finding.verdict];
            return (
              <li key={finding.text} className={mergeClasses(styles.finding, styles[finding.verdict])}>
                <Icon fontSize={16} aria-hidden />
                <bdi>{finding.text}</bdi>
              </li>
            );
          })}
          {preflight.existingGuestId ? (
            <li className={styles.finding}>
              <span />
              <Link href={guestsHref({ filter: {}, open: preflight.existingGuestId })}>Open the guest</Link>
            </li>
          ) : null}
        </ul>
      ) : null}
      <div>
        <div className={styles.label}>Predicted redemption path</div>
        {preflight.verdict === "blocked" ? (
          <span className={styles.label}>No invitation is sent</span>
        ) : preflight.path.length === 0 ? (
          <span className={styles.label}>Not known</span>
        ) : (
          <ol className={styles.path}>
            {preflight.path.map((step, index) => (
              <li key={step} className={styles.step}>
                {index > 0 ? (
                  <ChevronRightRegular fontSize={12} className={styles.chevron} aria-hidden />
                ) : null}
                <span className={mergeClasses(isStop(step) && styles.stop)}>{step}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
      {preflight.notKnowable.length > 0 ? (
        <div>
          <div className={styles.label}>Cannot be known from here</div>
          <ul className={styles.findings} aria-label="Cannot be known from here">
            {preflight.notKnowable.map((sentence) => (
              <li key={sentence} className={mergeClasses(styles.finding, styles.unknown)}>
                <QuestionCircleRegular fontSize={16} aria-hidden />
                <span>{sentence}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <SettingsAge readAt={preflight.settingsReadAt} />
    </Card>
  );
}

/** How old the settings are that the prediction rests on; without the tenant they have to be looked at again. */
function SettingsAge({ readAt }: { readAt: string | null }) {
  const styles = useStyles();
  const canWrite = useCanWrite();
  const now = useNow();
  if (!readAt) return null;
  const at = formatDayTime(readAt, now);
  return (
    <span className={styles.label}>
      {canWrite
        ? `Predicted from your tenant's settings, read ${at}`
        : `Settings from ${at}, check again before sending`}
    </span>
  );
}
