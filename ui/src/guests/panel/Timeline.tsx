import { Link, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import {
  CheckmarkCircleFilled,
  CircleRegular,
  ErrorCircleFilled,
  type FluentIcon,
  InfoRegular,
  QuestionCircleRegular,
} from "@fluentui/react-icons";
import { sourceNames, stageNames } from "../../components/words";
import { formatDayTime, formatDuration, formatFull, plainText } from "../../format/format";
import type { EvidenceView, TimelineStageView, TimelineStandingView } from "../../ipc/bindings";
import { useNow } from "../../ipc/useApp";
import { ramp } from "../../theme/type";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  stage: { position: "relative", paddingLeft: "26px", paddingBottom: "5px" },
  line: {
    "::before": {
      content: '""',
      position: "absolute",
      left: "8px",
      top: "22px",
      bottom: "-3px",
      width: "2px",
      backgroundColor: tokens.colorNeutralStroke2,
    },
  },
  node: { position: "absolute", left: 0, top: "1px", fontSize: "18px" },
  done: { color: tokens.colorStatusSuccessForeground1 },
  stopped: { color: tokens.colorStatusDangerForeground1 },
  open: { color: tokens.colorNeutralForeground3 },
  notKnown: { color: tokens.colorNeutralForeground3 },
  head: { display: "flex", alignItems: "baseline", gap: "8px", minHeight: "20px" },
  name: { ...ramp.caption, lineHeight: "20px", fontWeight: tokens.fontWeightSemibold, flex: 1 },
  time: { ...ramp.axis, color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
  source: { lineHeight: "20px" },
  row: {
    display: "grid",
    gridTemplateColumns: "78px minmax(0, 1fr) auto",
    columnGap: "8px",
    alignItems: "start",
    ...ramp.axis,
    lineHeight: "20px",
  },
  at: { color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
  text: { color: tokens.colorNeutralForeground1, overflowWrap: "anywhere" },
  link: { ...ramp.axis, lineHeight: "20px", whiteSpace: "nowrap" },
  limits: {
    display: "flex",
    flexDirection: "column",
    gap: "4px",
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    marginTop: "4px",
    paddingTop: "8px",
    ...ramp.axis,
    color: tokens.colorNeutralForeground3,
  },
  limit: { display: "flex", gap: "6px", alignItems: "flex-start", "& svg": { flexShrink: 0 } },
});

const nodes = {
  done: CheckmarkCircleFilled,
  stopped: ErrorCircleFilled,
  open: CircleRegular,
  notKnown: QuestionCircleRegular,
} as const satisfies Record<TimelineStandingView, FluentIcon>;

const standingWords = {
  done: "reached",
  stopped: "stopped before it",
  open: "not reached yet",
  notKnown: "not known",
} as const satisfies Record<TimelineStandingView, string>;

/** What stands at the right of a stage: its time, or the time since the stage before. */
function stageTime(stage: TimelineStageView, isFirst: boolean, now: Date): string {
  if (stage.standing === "notKnown") return "not known";
  if (stage.standing !== "done") return "not reached";
  if (stage.inferred) return "inferred";
  if (!isFirst && stage.secondsSincePrevious !== null)
    return `${formatDuration(stage.secondsSincePrevious)} later`;
  return stage.at ? formatDayTime(stage.at, now) : "";
}

const linkWords = (evidence: EvidenceView): string => {
  if (evidence.times <= 1) return sourceNames[evidence.source];
  return evidence.source === "audit" ? `${evidence.times} audit rows` : `${evidence.times} rows`;
};

interface Props {
  stages: ReadonlyArray<TimelineStageView>;
  notInLogs: ReadonlyArray<string>;
  /** Shows the raw row behind a line. */
  onRow: (row: string) => void;
}

/** The journey: a node a stage, the rows that prove it, and what the logs cannot show. */
export function Timeline({ stages, notInLogs, onRow }: Props) {
  const styles = useStyles();
  const now = useNow();
  return (
    <>
      <ol className={styles.list}>
        {stages.map((stage, index) => {
          const Node = nodes[stage.standing];
          const isLast = index === stages.length - 1;
          return (
            <li key={stage.stage} className={mergeClasses(styles.stage, !isLast && styles.line)}>
              <Node
                className={mergeClasses(styles.node, styles[stage.standing])}
                aria-label={standingWords[stage.standing]}
              />
              <div className={styles.head}>
                <span className={styles.name}>{stageNames[stage.stage]}</span>
                <span className={styles.time} title={stage.at ? formatFull(stage.at) : undefined}>
                  {stageTime(stage, index === 0, now)}
                </span>
              </div>
              {stage.evidence.map((evidence) => {
                const { row } = evidence;
                return (
                  <div key={`${evidence.at} ${evidence.text}`} className={styles.row}>
                    <span className={styles.at} title={formatFull(evidence.at)}>
                      {formatDayTime(evidence.at, now)}
                    </span>
                    <bdi className={styles.text}>
                      {plainText(evidence.text)}
                      {evidence.times > 1 && evidence.source === "signIn" ? `, ${evidence.times} times` : ""}
                    </bdi>
                    {row ? (
                      <Link className={styles.link} onClick={() => onRow(row)}>
                        {linkWords(evidence)}
                      </Link>
                    ) : (
                      <span className={mergeClasses(styles.time, styles.source)}>
                        {sourceNames[evidence.source]}
                      </span>
                    )}
                  </div>
                );
              })}
            </li>
          );
        })}
      </ol>
      {notInLogs.length > 0 ? (
        <div className={styles.limits}>
          <span>Not in your logs:</span>
          {notInLogs.map((sentence) => (
            <div key={sentence} className={styles.limit}>
              <InfoRegular fontSize={14} aria-hidden />
              <span>{sentence}</span>
            </div>
          ))}
        </div>
      ) : null}
    </>
  );
}
