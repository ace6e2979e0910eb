import { makeStyles, mergeClasses, tokens, useArrowNavigationGroup } from "@fluentui/react-components";
import { Fragment, useId, useMemo } from "react";
import { countText, countWords } from "../components/CountText";
import { stageNames } from "../components/words";
import { formatDuration, formatPercent } from "../format/format";
import type { FunnelView, OverviewFilter } from "../ipc/bindings";
import { own } from "../theme/themes";
import { FUNNEL_BAR_HEIGHT, type FunnelStep, layOutFunnel } from "./funnelGeometry";
import { funnelSentence, lossIsUpperBound, stepWords } from "./funnelWords";
import { Hatch } from "./Hatch";
import { OpenGuests } from "./OpenGuests";
import { guestsOfCohort } from "./overviewAddress";
import { useSize } from "./useSize";

/** Room for the two lines of text above the bars, in pixels. */
const HEAD = 38;
const HEIGHT = HEAD + FUNNEL_BAR_HEIGHT + 1;

const UNKNOWN = "Not known: this rests on sign-in logs, which need a P1 licence or an import.";

const useStyles = makeStyles({
  root: { position: "relative", height: `${HEIGHT}px`, marginTop: "11px", flexShrink: 0 },
  drawing: { position: "absolute", left: 0, top: 0, overflow: "visible" },
  label: {
    fontSize: "12px",
    fill: tokens.colorNeutralForeground2,
    "@media (forced-colors: active)": { fill: "CanvasText" },
  },
  value: {
    fontSize: "14px",
    fontWeight: tokens.fontWeightSemibold,
    fill: tokens.colorNeutralForeground1,
    "@media (forced-colors: active)": { fill: "CanvasText" },
  },
  small: { fontSize: "11px", letterSpacing: "-0.03em" },
  unknown: {
    fontSize: "12px",
    fontStyle: "italic",
    fill: tokens.colorNeutralForeground3,
    "@media (forced-colors: active)": { fill: "CanvasText" },
  },
  median: {
    fontSize: "11px",
    fill: tokens.colorNeutralForeground3,
    "@media (forced-colors: active)": { fill: "CanvasText" },
  },
  bar: { fill: own.chart1, "@media (forced-colors: active)": { stroke: "CanvasText", fill: "Canvas" } },
  outline: {
    fill: "none",
    stroke: tokens.colorNeutralStrokeAccessible,
    strokeDasharray: "4 3",
    "@media (forced-colors: active)": { stroke: "CanvasText" },
  },
  flow: {
    fill: own.chartFlow,
    opacity: 0.85,
    "@media (forced-colors: active)": { fill: "none", stroke: "CanvasText" },
  },
  unknownFlow: { fill: "none" },
  axis: { stroke: tokens.colorNeutralStroke1, "@media (forced-colors: active)": { stroke: "CanvasText" } },
});

/** Where a label stands: the outer ones keep inside the drawing. */
function anchorOf(index: number, last: number, x: number, width: number) {
  if (index === 0) return { x, textAnchor: "start" } as const;
  if (index === last) return { x: x + width, textAnchor: "end" } as const;
  return { x: x + width / 2, textAnchor: "middle" } as const;
}

/** Six bars, what flows between them, and those who dropped out as hatched wedges. */
export function FunnelChart({ funnel, filter }: { funnel: FunnelView; filter: OverviewFilter }) {
  const styles = useStyles();
  const hatch = useId();
  // One stop for Tab; the arrow keys walk from bar to step to bar.
  const arrows = useArrowNavigationGroup({ axis: "horizontal", memorizeCurrent: true });
  const [ref, { width }] = useSize<HTMLDivElement>({ width: 690, height: HEIGHT });
  const { bars, steps } = useMemo(() => layOutFunnel(funnel.stages, width), [funnel.stages, width]);
  const last = bars.length - 1;
  return (
    <div ref={ref} className={styles.root}>
      <svg
        role="img"
        aria-label={funnelSentence(funnel)}
        width={width}
        height={HEIGHT}
        className={styles.drawing}
      >
        <defs>
          <Hatch id={hatch} colour={own.chartStop} gap={5} width={0.5} opacity={0.75} />
        </defs>
        <g transform={`translate(0 ${HEAD})`}>
          {steps.map((step) => (
            <g key={step.to.stage}>
              <path d={step.flow} className={step.known ? styles.flow : styles.unknownFlow} />
              {step.wedge ? <path d={step.wedge} fill={`url(#${hatch})`} data-mark="wedge" /> : null}
              {step.known && step.to.conversion !== null ? (
                <text textAnchor="middle" className={styles.value} x={step.x + step.width / 2} y={78}>
                  {formatPercent(step.to.conversion)}
                </text>
              ) : null}
              {step.known && step.to.medianSeconds !== null ? (
                <text textAnchor="middle" className={styles.median} x={step.x + step.width / 2} y={94}>
                  {formatDuration(step.to.medianSeconds)}
                </text>
              ) : null}
            </g>
          ))}
          <line
            x1={0}
            x2={width}
            y1={FUNNEL_BAR_HEIGHT + 0.5}
            y2={FUNNEL_BAR_HEIGHT + 0.5}
            className={styles.axis}
          />
          {bars.map((bar, index) => {
            const place = anchorOf(index, last, bar.x, bar.width);
            return (
              <g key={bar.stage.stage}>
                <rect
                  x={bar.known ? bar.x : bar.x + 0.5}
                  y={bar.known ? bar.y : bar.y + 0.5}
                  width={bar.known ? bar.width : Math.max(bar.width - 1, 0)}
                  height={bar.height}
                  rx={2}
                  className={bar.known ? styles.bar : styles.outline}
                  data-mark={bar.known ? "bar" : "unknown"}
                />
                <text {...place} y={-26} className={mergeClasses(styles.label, width < 640 && styles.small)}>
                  {stageNames[bar.stage.stage]}
                </text>
                <text {...place} y={-9} className={bar.known ? styles.value : styles.unknown}>
                  {countText(bar.stage.guests)}
                </text>
              </g>
            );
          })}
        </g>
      </svg>
      <div {...arrows}>
        {bars.map((bar, index) => {
          const step = steps[index];
          const name = stageNames[bar.stage.stage];
          return (
            <Fragment key={bar.stage.stage}>
              <OpenGuests
                view={guestsOfCohort(filter, funnel, { reached: bar.stage.stage })}
                label={`${name}: ${countWords(bar.stage.guests)}${bar.known ? " guests" : ""}`}
                title={bar.known ? "" : UNKNOWN}
                over={{ left: bar.x, top: HEAD + bar.y, width: bar.width, height: Math.max(bar.height, 24) }}
              />
              {step?.known && step.to.lost ? <StepMark step={step} funnel={funnel} filter={filter} /> : null}
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}

/** The surface between two bars: opens those who did not get on. */
function StepMark({
  step,
  funnel,
  filter,
}: {
  step: FunnelStep;
  funnel: FunnelView;
  filter: OverviewFilter;
}) {
  const words = stepWords(step.from, step.to);
  return (
    <OpenGuests
      view={guestsOfCohort(filter, funnel, { stage: step.from.stage })}
      label={words}
      title={lossIsUpperBound(step.to) ? `${words} (at most: logs are not complete)` : words}
      over={{ left: step.x, top: HEAD, width: step.width, height: FUNNEL_BAR_HEIGHT }}
    />
  );
}
