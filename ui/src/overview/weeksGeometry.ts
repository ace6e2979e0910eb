import { max, min } from "d3-array";
import { scaleLinear, scaleUtc } from "d3-scale";
import type { CoverageDayView, CoverageState, LogView, WeekView } from "../ipc/bindings";

const DAY_MS = 86_400_000;

/** Least height of the plot, in pixels. */
export const PLOT_HEIGHT = 144;

/** A pair of bars: a week's invited and redeemed guests. */
export type WeekBars = {
  week: WeekView;
  /** Left edge and width of the week on the axis. */
  x: number;
  width: number;
  invited: Bar;
  redeemed: Bar;
  /** False where the label would touch its neighbour. */
  labelled: boolean;
};

export type Bar = { x: number; y: number; width: number; height: number };

/** Days in a row that are held alike. */
export type CoverageRun = { state: CoverageState; x: number; width: number; days: number };

/** One log's strip. */
export type CoverageRow = {
  log: LogView;
  days: CoverageDayView[];
  runs: CoverageRun[];
};

/** Chart and strip over one axis. */
export type WeeksGeometry = {
  bars: WeekBars[];
  ticks: { value: number; y: number }[];
  rows: CoverageRow[];
  /** The bulk job that is named in the chart. */
  bulk: { week: WeekView; guests: number; x: number; y: number; anchor: "start" | "end" } | null;
  /** Left edge of a day, in pixels. */
  xOfDay: (day: string) => number;
  /** Width of a day, in pixels. */
  dayWidth: number;
};

/** Reads a day (`2026-11-23`, or an instant) as UTC midnight, in milliseconds. */
export function dayStart(day: string): number {
  return Date.parse(`${day.slice(0, 10)}T00:00:00Z`);
}

/** Lays out weeks and coverage over `width` pixels, the bars `plotHeight` high. Both share one axis of time. */
export function layOutWeeks(
  weeks: readonly WeekView[],
  days: readonly CoverageDayView[],
  width: number,
  plotHeight: number = PLOT_HEIGHT,
): WeeksGeometry {
  const starts = weeks.map((week) => dayStart(week.start));
  const coverageStarts = days.map((day) => dayStart(day.day));
  const first = min([...starts, ...coverageStarts]) ?? 0;
  const last = max([
    ...starts.map((start) => start + 7 * DAY_MS),
    ...coverageStarts.map((start) => start + DAY_MS),
  ]);
  const x = scaleUtc()
    .domain([first, last ?? first + DAY_MS])
    .range([0, width]);
  const y = scaleLinear()
    .domain([0, Math.max(max(weeks, (week) => Math.max(week.invited, week.redeemed)) ?? 0, 4)])
    .nice(4)
    .range([plotHeight, 0]);

  const bars = weekBars(weeks, x, y);
  return {
    bars,
    ticks: sparse(y.ticks(4).filter((value) => Number.isInteger(value))).map((value) => ({
      value,
      y: y(value),
    })),
    rows: (["audit", "signIn"] as const).map((log) => coverageRow(log, days, x)),
    bulk: largestBulk(bars, width),
    xOfDay: (day) => x(dayStart(day)),
    dayWidth: x(first + DAY_MS) - x(first),
  };
}

/** Every second tick where there are more than five: few lines read better, and zero stays. */
function sparse(ticks: readonly number[]): number[] {
  return ticks.filter((_, index) => ticks.length <= 5 || index % 2 === 0);
}

type Scale = (value: number) => number;

function weekBars(weeks: readonly WeekView[], x: Scale, y: Scale): WeekBars[] {
  const labelEvery = weekLabelStep(weeks, x);
  return weeks.map((week, index) => {
    const start = dayStart(week.start);
    const left = x(start);
    const width = x(start + 7 * DAY_MS) - left;
    const barWidth = Math.max(Math.min(12, width * 0.25), 1);
    const gap = Math.min(3, width * 0.06);
    const centre = left + width / 2;
    const bar = (from: number, guests: number): Bar => ({
      x: from,
      y: y(guests),
      width: barWidth,
      height: y(0) - y(guests),
    });
    return {
      week,
      x: left,
      width,
      invited: bar(centre - barWidth - gap / 2, week.invited),
      redeemed: bar(centre + gap / 2, week.redeemed),
      labelled: index % labelEvery === 0,
    };
  });
}

/** Every how many weeks a label fits: the widest, "24 Aug 2026" aside, takes about 44 pixels. */
function weekLabelStep(weeks: readonly WeekView[], x: Scale): number {
  const firstWeek = weeks[0];
  if (firstWeek === undefined) {
    return 1;
  }
  const start = dayStart(firstWeek.start);
  const width = x(start + 7 * DAY_MS) - x(start);
  return Math.max(Math.ceil(44 / Math.max(width, 1)), 1);
}

function coverageRow(log: LogView, all: readonly CoverageDayView[], x: Scale): CoverageRow {
  const days = all
    .filter((day) => day.log === log)
    .toSorted((one, other) => dayStart(one.day) - dayStart(other.day));
  const runs: CoverageRun[] = [];
  let previousEnd = Number.NaN;
  for (const day of days) {
    const start = dayStart(day.day);
    const width = x(start + DAY_MS) - x(start);
    const current = runs.at(-1);
    if (current !== undefined && current.state === day.state && start === previousEnd) {
      current.width += width;
      current.days += 1;
    } else {
      runs.push({ state: day.state, x: x(start), width, days: 1 });
    }
    previousEnd = start + DAY_MS;
  }
  return { log, days, runs };
}

/** Room the words "bulk invite, 1,234 guests" take beside a bar, in pixels. */
const BULK_LABEL_WIDTH = 150;

function largestBulk(bars: readonly WeekBars[], width: number): WeeksGeometry["bulk"] {
  let largest: WeekBars | null = null;
  for (const candidate of bars) {
    if ((candidate.week.largestBulk ?? 0) > (largest?.week.largestBulk ?? 0)) {
      largest = candidate;
    }
  }
  if (largest === null) {
    return null;
  }
  const right = largest.redeemed.x + largest.redeemed.width;
  const fitsRight = right + BULK_LABEL_WIDTH <= width;
  return {
    week: largest.week,
    guests: largest.week.largestBulk ?? 0,
    x: fitsRight ? right : largest.invited.x - 8,
    y: largest.invited.y + 8,
    anchor: fitsRight ? "start" : "end",
  };
}
