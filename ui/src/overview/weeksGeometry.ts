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

/** Spans a pair of bars may stand for, in weeks. */
const SPANS = [1, 4, 13, 52] as const;
/** Pairs of bars that can be told apart in the least width of the chart. */
const MOST_BARS = 60;

/** Joins weeks until the bars can be told apart: a long range is drawn by 4, 13 or 52 weeks. */
export function joinWeeks(weeks: readonly WeekView[]): { weeks: WeekView[]; span: number } {
  const span = SPANS.find((each) => weeks.length / each <= MOST_BARS) ?? 52;
  const joined: WeekView[] = [];
  weeks.forEach((week, index) => {
    const current = joined.at(-1);
    if (current === undefined || index % span === 0) {
      joined.push({ ...week });
      return;
    }
    current.invited += week.invited;
    current.redeemed += week.redeemed;
    if (week.largestBulk !== null) {
      current.largestBulk = Math.max(current.largestBulk ?? 0, week.largestBulk);
    }
  });
  return { weeks: joined, span };
}

/** Lays out weeks and coverage over `width` pixels, the bars `plotHeight` high. Both share one axis of time. */
export function layOutWeeks(
  weeks: readonly WeekView[],
  days: readonly CoverageDayView[],
  width: number,
  { plotHeight = PLOT_HEIGHT, span = 1 }: { plotHeight?: number; span?: number } = {},
): WeeksGeometry {
  const spanMs = span * 7 * DAY_MS;
  const starts = weeks.map((week) => dayStart(week.start));
  const coverageStarts = days.map((day) => dayStart(day.day));
  const first = min([...starts, ...coverageStarts]) ?? 0;
  const last = max([
    ...starts.map((start) => start + spanMs),
    ...coverageStarts.map((start) => start + DAY_MS),
  ]);
  const x = scaleUtc()
    .domain([first, last ?? first + DAY_MS])
    .range([0, width]);
  const y = scaleLinear()
    .domain([0, Math.max(max(weeks, (week) => Math.max(week.invited, week.redeemed)) ?? 0, 4)])
    .nice(4)
    .range([plotHeight, 0]);

  const bars = weekBars(weeks, x, y, spanMs);
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

function weekBars(weeks: readonly WeekView[], x: Scale, y: Scale, spanMs: number): WeekBars[] {
  const labelEvery = weekLabelStep(weeks, x, spanMs);
  return weeks.map((week, index) => {
    const start = dayStart(week.start);
    const left = x(start);
    const width = x(start + spanMs) - left;
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

/** Room a label takes, in pixels: "24 Aug", and "24 Aug 2024" where the range is longer than a year. */
const LABEL_WIDTH = { short: 44, long: 78 } as const;

/** Every how many bars a label fits. */
function weekLabelStep(weeks: readonly WeekView[], x: Scale, spanMs: number): number {
  const firstWeek = weeks[0];
  if (firstWeek === undefined) {
    return 1;
  }
  const start = dayStart(firstWeek.start);
  const width = x(start + spanMs) - x(start);
  const years = new Set(weeks.map((week) => week.start.slice(0, 4)));
  const label = years.size > 1 ? LABEL_WIDTH.long : LABEL_WIDTH.short;
  return Math.max(Math.ceil(label / Math.max(width, 1)), 1);
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
