import { makeStyles, tokens, useArrowNavigationGroup } from "@fluentui/react-components";
import { useMemo } from "react";
import { formatCount, formatNumber, formatUtcDay } from "../format/format";
import type { CoverageView, OverviewFilter, WeekView } from "../ipc/bindings";
import { own } from "../theme/themes";
import { CoverageStrip, STRIP_HEIGHT } from "./CoverageStrip";
import { OpenGuests } from "./OpenGuests";
import { guestsOfCohort } from "./overviewAddress";
import { useSize } from "./useSize";
import { type Bar, dayStart, layOutWeeks, PLOT_HEIGHT, type WeekBars } from "./weeksGeometry";

/** Room for the numbers of the axis, in pixels. */
const GUTTER = 42;
const TOP = 18;
const LABELS = 18;
/** The least the chart and both strips take, in pixels; what there is more goes to the plot. */
const LEAST_HEIGHT = TOP + PLOT_HEIGHT + LABELS + STRIP_HEIGHT;
const WEEK_MS = 7 * 86_400_000;

const useStyles = makeStyles({
  root: { position: "relative", flex: 1, minHeight: `${LEAST_HEIGHT}px` },
  chart: { position: "relative" },
  drawing: { position: "absolute", left: 0, top: 0, overflow: "visible" },
  tick: {
    fontSize: "11px",
    fill: tokens.colorNeutralForeground2,
    "@media (forced-colors: active)": { fill: "CanvasText" },
  },
  grid: {
    stroke: tokens.colorNeutralStroke3,
    "@media (forced-colors: active)": { stroke: "CanvasText", strokeOpacity: 0.3 },
  },
  zero: { stroke: tokens.colorNeutralStroke1, "@media (forced-colors: active)": { stroke: "CanvasText" } },
  invited: {
    fill: own.chart1,
    "@media (forced-colors: active)": { stroke: "CanvasText", fill: "CanvasText" },
  },
  redeemed: { fill: own.chart2, "@media (forced-colors: active)": { stroke: "CanvasText", fill: "Canvas" } },
  note: {
    fontSize: "11px",
    fill: tokens.colorNeutralForeground2,
    "@media (forced-colors: active)": { fill: "CanvasText" },
  },
});

const rect = (bar: Bar) => ({ x: bar.x, y: bar.y, width: bar.width, height: bar.height, rx: 1.5 });

/** A day from a week's first label on: the month once, then where it changes. */
export function weekLabels(weeks: readonly WeekView[], now: Date): string[] {
  let month = "";
  return weeks.map((week) => {
    const label = formatUtcDay(week.start, now);
    const thisMonth = week.start.slice(0, 7);
    const isNew = thisMonth !== month;
    month = thisMonth;
    return isNew ? label : formatNumber(Number(week.start.slice(8, 10)));
  });
}

function weekRange(week: WeekView, span: number): { from: string; to: string } {
  const start = dayStart(week.start);
  return { from: new Date(start).toISOString(), to: new Date(start + span * WEEK_MS).toISOString() };
}

/** How a pair of bars is called. */
export const spanOf = (span: number): string => (span === 1 ? "Week" : `${span} weeks`);

function trendSentence(weeks: readonly WeekView[], span: number, now: Date): string {
  const invited = weeks.reduce((sum, week) => sum + week.invited, 0);
  const redeemed = weeks.reduce((sum, week) => sum + week.redeemed, 0);
  const first = weeks[0];
  const since = first ? ` since ${formatUtcDay(first.start, now)}` : "";
  return `Invited and redeemed per week${since}: ${formatNumber(invited)} invited, ${formatNumber(redeemed)} redeemed in ${formatCount(weeks.length * span, "week")}.`;
}

interface Props {
  /** One entry a pair of bars; each stands for `span` weeks. */
  weeks: readonly WeekView[];
  span: number;
  coverage: CoverageView;
  filter: OverviewFilter;
  now: Date;
}

/** Paired bars from a zero line, and the coverage strip under them on the same axis. */
export function WeeksChart({ weeks, span, coverage, filter, now }: Props) {
  const styles = useStyles();
  const [ref, { width, height }] = useSize<HTMLDivElement>({ width: 690, height: LEAST_HEIGHT });
  const arrows = useArrowNavigationGroup({ axis: "horizontal", memorizeCurrent: true });
  const plotWidth = Math.max(width - GUTTER, 100);
  const plotHeight = PLOT_HEIGHT + Math.max(height - LEAST_HEIGHT, 0);
  const geometry = useMemo(
    () => layOutWeeks(weeks, coverage.days, plotWidth, { plotHeight, span }),
    [weeks, coverage.days, plotWidth, plotHeight, span],
  );
  const labels = weekLabels(
    geometry.bars.filter((each) => each.labelled).map((each) => each.week),
    now,
  );
  const labelOf = new Map(
    geometry.bars.filter((each) => each.labelled).map((each, index) => [each, labels[index]]),
  );
  const { bulk } = geometry;
  const name = ({ week }: WeekBars) =>
    `${spanOf(span)} of ${formatUtcDay(week.start, now)}: ${formatNumber(week.invited)} invited, ${formatNumber(week.redeemed)} redeemed`;
  return (
    <div ref={ref} className={styles.root}>
      <div className={styles.chart} style={{ height: TOP + plotHeight + LABELS }}>
        <svg
          role="img"
          aria-label={trendSentence(weeks, span, now)}
          width={width}
          height={TOP + plotHeight + LABELS}
          className={styles.drawing}
        >
          <g transform={`translate(${GUTTER} ${TOP})`}>
            {geometry.ticks.map((tick) => (
              <g key={tick.value}>
                <line
                  x1={0}
                  x2={plotWidth}
                  y1={tick.y}
                  y2={tick.y}
                  className={tick.value === 0 ? styles.zero : styles.grid}
                />
                <text x={-8} y={tick.y + 4} textAnchor="end" className={styles.tick}>
                  {formatNumber(tick.value)}
                </text>
              </g>
            ))}
            {geometry.bars.map((each) => (
              <g key={each.week.start}>
                <rect {...rect(each.invited)} className={styles.invited} data-mark="invited" />
                <rect {...rect(each.redeemed)} className={styles.redeemed} data-mark="redeemed" />
                {each.labelled ? (
                  <text
                    x={each.x + each.width / 2}
                    y={plotHeight + 14}
                    textAnchor="middle"
                    className={styles.tick}
                  >
                    {labelOf.get(each)}
                  </text>
                ) : null}
              </g>
            ))}
            {bulk ? (
              <text x={bulk.x} y={bulk.y} textAnchor={bulk.anchor} className={styles.note}>
                {`bulk invite, ${formatCount(bulk.guests, "guest")}`}
              </text>
            ) : null}
          </g>
        </svg>
        <div {...arrows}>
          {geometry.bars.map((each) => (
            <OpenGuests
              key={each.week.start}
              view={guestsOfCohort(filter, weekRange(each.week, span))}
              label={name(each)}
              title={name(each)}
              over={{ left: GUTTER + each.x, top: TOP, width: each.width, height: plotHeight }}
            />
          ))}
        </div>
      </div>
      <CoverageStrip geometry={geometry} gutter={GUTTER} width={plotWidth} now={now} />
    </div>
  );
}
