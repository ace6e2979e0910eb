import { describe, expect, it } from "vitest";
import type { CoverageDayView, CoverageState, LogView, WeekView } from "../ipc/bindings";
import { joinWeeks, layOutWeeks, PLOT_HEIGHT } from "./weeksGeometry";

const DAY_MS = 86_400_000;
const MONDAY = Date.parse("2026-08-24T00:00:00Z");

const isoDay = (offset: number) => new Date(MONDAY + offset * DAY_MS).toISOString().slice(0, 10);

const week = (
  index: number,
  invited: number,
  redeemed: number,
  largestBulk: number | null = null,
): WeekView => ({
  start: isoDay(index * 7),
  invited,
  redeemed,
  largestBulk,
});

const days = (log: LogView, ...states: CoverageState[]): CoverageDayView[] =>
  states.map((state, index) => ({ log, day: isoDay(index), state, rows: index }));

describe("layOutWeeks", () => {
  it("draws bars from a zero line up to a round top", () => {
    const { bars, ticks } = layOutWeeks([week(0, 41, 30), week(1, 112, 58)], [], 648);

    expect(ticks.map((tick) => tick.value)).toEqual([0, 40, 80, 120]);
    expect(ticks[0]?.y).toBe(PLOT_HEIGHT);
    for (const { invited, redeemed } of bars) {
      expect(invited.y + invited.height).toBeCloseTo(PLOT_HEIGHT);
      expect(invited.x + invited.width).toBeLessThan(redeemed.x);
    }
    expect(bars[1]?.invited.height).toBeCloseTo((112 / 120) * PLOT_HEIGHT);
  });

  it("puts a day of the strip under its week", () => {
    const { bars, rows, xOfDay, dayWidth } = layOutWeeks(
      [week(0, 1, 1), week(1, 1, 1)],
      days("audit", ...Array<CoverageState>(14).fill("complete")),
      700,
    );

    expect(dayWidth).toBe(50);
    expect(xOfDay(isoDay(7))).toBe(bars[1]?.x);
    expect(rows[0]?.runs).toEqual([{ state: "complete", x: 0, width: 700, days: 14 }]);
  });

  it("joins like days and keeps both logs apart", () => {
    const { rows } = layOutWeeks(
      [week(0, 1, 0)],
      [...days("audit", "gone", "gone", "complete"), ...days("signIn", "missing", "partial", "partial")],
      700,
    );

    expect(rows.map((row) => row.runs.map((run) => [run.state, run.days]))).toEqual([
      [
        ["gone", 2],
        ["complete", 1],
      ],
      [
        ["missing", 1],
        ["partial", 2],
      ],
    ]);
  });

  it("names only the largest bulk job, on the side where there is room", () => {
    const weeks = (bulkAt: number) =>
      Array.from({ length: 13 }, (_, index) =>
        week(index, 10, 5, index === bulkAt ? 78 : index === 0 ? 20 : null),
      );

    expect(layOutWeeks(weeks(6), [], 648).bulk).toMatchObject({ guests: 78, anchor: "start" });
    expect(layOutWeeks(weeks(12), [], 648).bulk).toMatchObject({ guests: 78, anchor: "end" });
    expect(layOutWeeks([week(0, 1, 1)], [], 648).bulk).toBeNull();
  });

  it("leaves out labels that would touch", () => {
    const year = Array.from({ length: 52 }, (_, index) => week(index, 1, 1));
    const labelled = layOutWeeks(year, [], 648).bars.filter((bar) => bar.labelled);

    expect(labelled.length).toBeGreaterThan(5);
    expect(labelled.length).toBeLessThanOrEqual(14);
  });

  it("leaves more room for labels with a year in them", () => {
    const labelled = (count: number) =>
      layOutWeeks(
        Array.from({ length: count }, (_, index) => week(index, 1, 1)),
        [],
        648,
      ).bars.filter((bar) => bar.labelled).length;

    expect(labelled(13)).toBe(13);
    expect(labelled(26)).toBeLessThanOrEqual(8);
  });

  it("stands an empty range without numbers that are none", () => {
    const { bars, ticks, rows } = layOutWeeks([], [], 648);

    expect(bars).toEqual([]);
    expect(ticks.every((tick) => Number.isFinite(tick.y))).toBe(true);
    expect(rows.map((row) => row.runs)).toEqual([[], []]);
  });
});

describe("joinWeeks", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => week(index, 2, 1, index === 5 ? 40 : null));

  it("leaves a year of weeks as it is", () => {
    expect(joinWeeks(many(52))).toEqual({ weeks: many(52), span: 1 });
  });

  it("joins a longer range and loses nobody", () => {
    const { weeks, span } = joinWeeks(many(106));

    expect(span).toBe(4);
    expect(weeks).toHaveLength(27);
    expect(weeks[1]).toEqual({ start: isoDay(28), invited: 8, redeemed: 4, largestBulk: 40 });
    expect(weeks.reduce((sum, each) => sum + each.invited, 0)).toBe(212);
  });

  it("draws ten years in few bars", () => {
    expect(joinWeeks(many(522))).toMatchObject({ span: 13 });
    expect(joinWeeks([])).toEqual({ weeks: [], span: 1 });
  });
});
