import { makeStyles, mergeClasses, tokens, useArrowNavigationGroup } from "@fluentui/react-components";
import { Card } from "../components/Card";
import { countText, countWords } from "../components/CountText";
import { OuterText } from "../components/OuterText";
import { stageNames } from "../components/words";
import { formatPercent } from "../format/format";
import type { Count, OverviewFilter, ReasonCountView, StageView } from "../ipc/bindings";
import { own } from "../theme/themes";
import { oneLine, ramp } from "../theme/type";
import { rankingWidths } from "./funnelGeometry";
import { OpenGuests } from "./OpenGuests";
import { guestsOfFilter } from "./overviewAddress";

/** Reasons that get a row of their own; the rest is summed in one. */
const ROWS = 7;

const COLUMNS = "minmax(0, 1fr) 106px 56px 34px";

const useStyles = makeStyles({
  head: {
    ...ramp.axis,
    display: "grid",
    gridTemplateColumns: COLUMNS,
    columnGap: "4px",
    color: tokens.colorNeutralForeground3,
    marginTop: "11px",
    marginBottom: "2px",
  },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  row: {
    display: "grid",
    gridTemplateColumns: COLUMNS,
    columnGap: "4px",
    alignItems: "center",
    width: "100%",
    height: "28px",
    "&:hover": { backgroundColor: tokens.colorSubtleBackgroundHover },
  },
  title: { ...ramp.caption, ...oneLine },
  stage: { ...ramp.axis, ...oneLine, color: tokens.colorNeutralForeground3 },
  track: { height: "12px" },
  bar: {
    height: "12px",
    borderRadius: "2px",
    backgroundColor: own.chart1,
    "@media (forced-colors: active)": { outline: "1px solid CanvasText" },
  },
  rest: { backgroundColor: own.chartRest },
  count: { ...ramp.caption, fontWeight: tokens.fontWeightSemibold, textAlign: "end" },
  link: {
    ...ramp.caption,
    color: tokens.colorBrandForegroundLink,
    "&:hover": { textDecoration: "underline" },
  },
  empty: {
    ...ramp.caption,
    flex: 1,
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    color: tokens.colorNeutralForeground3,
  },
});

interface Row {
  key: string;
  title: string;
  stops: string;
  guests: Count;
  tooltip: string;
  /** Null: the rest, which opens all stopped guests. */
  reason: string | null;
}

/** The first seven reasons, and the rest as one row. */
export function reasonRows(reasons: readonly ReasonCountView[], stopped: Count): Row[] {
  const head = reasons.length <= ROWS + 1 ? reasons : reasons.slice(0, ROWS);
  const rest = reasons.slice(head.length);
  const rows = head.map(
    ({ reason, stopsBefore, guests, resendHelps }): Row => ({
      key: reason.key,
      title: reason.title,
      stops: stageNames[stopsBefore],
      guests,
      tooltip: [
        reason.code === null ? reason.title : `${reason.title} (AADSTS${reason.code})`,
        stopped.value > 0 ? `${formatPercent(guests.value / stopped.value)} of the stopped guests` : "",
        resendHelps ? "Resending the invitation helps" : "Resending the invitation does not help",
      ]
        .filter((line) => line !== "")
        .join("\n"),
      reason: reason.key,
    }),
  );
  if (rest.length > 0) {
    const stages = new Set<StageView>(rest.map((each) => each.stopsBefore));
    const [only] = stages;
    rows.push({
      key: "",
      title: `Other, ${rest.length} reasons`,
      stops: stages.size === 1 && only ? stageNames[only] : "Several stages",
      guests: {
        value: rest.reduce((sum, each) => sum + each.guests.value, 0),
        atLeast: rest.some((each) => each.guests.atLeast),
      },
      tooltip: rest.map((each) => `${each.reason.title}: ${countText(each.guests)}`).join("\n"),
      reason: null,
    });
  }
  return rows;
}

interface Props {
  reasons: readonly ReasonCountView[];
  stopped: Count;
  filter: OverviewFilter;
}

/** Why guests are stopped now, by their last failure. Interrupts are not in it. */
export function FailureReasons({ reasons, stopped, filter }: Props) {
  const styles = useStyles();
  const arrows = useArrowNavigationGroup({ axis: "vertical", memorizeCurrent: true });
  const rows = reasonRows(reasons, stopped);
  const widths = rankingWidths(rows.map((row) => row.guests.value));
  const subtitle = `${countText(stopped)} ${stopped.value === 1 ? "guest" : "guests"} blocked now, by last failure`;
  return (
    <Card
      title="Failure reasons"
      subtitle={<OuterText text={subtitle} />}
      action={
        <OpenGuests className={styles.link} view={guestsOfFilter(filter, { standing: "stopped" })}>
          All reasons
        </OpenGuests>
      }
    >
      {rows.length === 0 ? (
        <p className={styles.empty}>No failure stops a guest now.</p>
      ) : (
        <>
          <div className={styles.head} aria-hidden>
            <span>Reason</span>
            <span>Stopped before</span>
            <span>Guests</span>
          </div>
          <ul className={styles.list} {...arrows}>
            {rows.map((row, index) => (
              <li key={row.key}>
                <OpenGuests
                  className={styles.row}
                  title={row.tooltip}
                  label={`${row.title}, ${countWords(row.guests)} ${row.guests.value === 1 ? "guest" : "guests"}, stopped before ${row.stops}`}
                  view={guestsOfFilter(filter, {
                    standing: "stopped",
                    ...(row.reason === null ? {} : { reason: row.reason }),
                  })}
                >
                  <span className={styles.title}>{row.title}</span>
                  <span className={styles.stage}>{row.stops}</span>
                  <span className={styles.track}>
                    <span
                      className={mergeClasses(styles.bar, row.reason === null && styles.rest)}
                      style={{ display: "block", width: `${widths[index] ?? 0}%` }}
                    />
                  </span>
                  <span className={styles.count}>{countText(row.guests)}</span>
                </OpenGuests>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
