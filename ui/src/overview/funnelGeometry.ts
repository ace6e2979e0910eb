import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { area, curveLinear, line } from "d3-shape";
import type { FunnelStageView } from "../ipc/bindings";

/** Width of a bar, in pixels; less where there is no room. */
export const FUNNEL_BAR_WIDTH = 56;
/** Room the words between two bars need, in pixels: bars give way to it. */
const STEP_WIDTH = 68;
/** Height of the tallest bar, in pixels. */
export const FUNNEL_BAR_HEIGHT = 112;

/** A bar of the funnel. `known` is false where the number cannot be known: it is drawn as an outline. */
export type FunnelBar = {
  stage: FunnelStageView;
  x: number;
  y: number;
  width: number;
  height: number;
  known: boolean;
};

/** What lies between two bars: those who went on (a tinted surface) and those who did not (a hatched wedge). */
export type FunnelStep = {
  from: FunnelStageView;
  to: FunnelStageView;
  x: number;
  width: number;
  /** Path of the surface under the slope. */
  flow: string;
  /** Path of the drop-out above the slope; null where nobody dropped out or it cannot be known. */
  wedge: string | null;
  known: boolean;
};

/** The whole drawing. */
export type FunnelGeometry = { bars: FunnelBar[]; steps: FunnelStep[] };

type Corner = { x: number; top: number; bottom: number };

const surface = area<Corner>()
  .x((corner) => corner.x)
  .y0((corner) => corner.bottom)
  .y1((corner) => corner.top)
  .curve(curveLinear);

/** Lays the stages out over `width` pixels; the tallest known bar is `FUNNEL_BAR_HEIGHT` high. */
export function layOutFunnel(stages: readonly FunnelStageView[], width: number): FunnelGeometry {
  const most = max(stages, (stage) => stage.guests?.value ?? 0) ?? 0;
  const height = scaleLinear()
    .domain([0, Math.max(most, 1)])
    .range([0, FUNNEL_BAR_HEIGHT]);
  const room = (width - STEP_WIDTH * (stages.length - 1)) / Math.max(stages.length, 1);
  const barWidth = Math.min(FUNNEL_BAR_WIDTH, Math.max(room, 12));
  const left = scaleLinear()
    .domain([0, Math.max(stages.length - 1, 1)])
    .range([0, Math.max(width - barWidth, 0)]);

  const heights = barHeights(stages, height);
  const bars = stages.map((stage, index): FunnelBar => {
    const barHeight = heights[index] ?? 0;
    return {
      stage,
      x: left(index),
      y: FUNNEL_BAR_HEIGHT - barHeight,
      width: barWidth,
      height: barHeight,
      known: stage.guests !== null,
    };
  });

  const steps = bars.slice(1).map((bar, index): FunnelStep => stepBetween(bars[index] ?? bar, bar));
  return { bars, steps };
}

/**
 * Heights of the bars. An unknown stage stands as high as the next known one after it (it is at least that), else as the
 * one before: an outline must not look like a loss.
 */
function barHeights(stages: readonly FunnelStageView[], height: (guests: number) => number): number[] {
  return stages.map((stage, index) => {
    if (stage.guests !== null) {
      return visibleHeight(height(stage.guests.value), stage.guests.value);
    }
    const later = stages.slice(index + 1).find((next) => next.guests !== null);
    const earlier = stages.slice(0, index).findLast((previous) => previous.guests !== null);
    const guests = (later ?? earlier)?.guests?.value ?? 0;
    return Math.max(height(guests), 16);
  });
}

/** One guest of 10,000 still gets a line that can be seen. */
function visibleHeight(height: number, guests: number): number {
  return guests > 0 ? Math.max(height, 2) : 0;
}

function stepBetween(from: FunnelBar, to: FunnelBar): FunnelStep {
  const start = from.x + from.width;
  const known = from.known && to.known;
  const flow = surface([
    { x: start, top: from.y, bottom: FUNNEL_BAR_HEIGHT },
    { x: to.x, top: Math.max(to.y, from.y), bottom: FUNNEL_BAR_HEIGHT },
  ]);
  const wedge =
    known && to.y > from.y
      ? line()([
          [start, from.y],
          [to.x, from.y],
          [to.x, to.y],
        ])
      : null;
  return {
    from: from.stage,
    to: to.stage,
    x: start,
    width: Math.max(to.x - start, 0),
    flow: flow ?? "",
    wedge: wedge === null ? null : `${wedge}Z`,
    known,
  };
}

/** A ranking bar's width in per cent of the longest. */
export function rankingWidths(values: readonly number[]): number[] {
  const share = scaleLinear()
    .domain([0, Math.max(max(values) ?? 0, 1)])
    .range([0, 100]);
  return values.map((value) => (value > 0 ? Math.max(share(value), 2) : 0));
}
