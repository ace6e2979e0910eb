import { describe, expect, it } from "vitest";
import type { FunnelStageView, StageView } from "../ipc/bindings";
import { FUNNEL_BAR_HEIGHT, layOutFunnel, rankingWidths } from "./funnelGeometry";

const stage = (name: StageView, guests: number | null): FunnelStageView => ({
  stage: name,
  guests: guests === null ? null : { value: guests, atLeast: false },
  conversion: null,
  medianSeconds: null,
  lost: null,
  lostReasons: [],
});

const six = (...guests: (number | null)[]) => {
  const names: StageView[] = [
    "invited",
    "mailSent",
    "attemptedSignIn",
    "requirementsMet",
    "redeemed",
    "firstAccess",
  ];
  return names.map((name, index) => stage(name, guests[index] ?? null));
};

describe("layOutFunnel", () => {
  it("gives every bar a height in proportion to its guests", () => {
    const { bars } = layOutFunnel(six(200, 150, 100, 50, 25, 0), 690);

    expect(bars.map((bar) => bar.height)).toEqual([112, 84, 56, 28, 14, 0]);
    expect(bars.every((bar) => bar.y + bar.height === FUNNEL_BAR_HEIGHT)).toBe(true);
  });

  it("stands the first bar at the left edge and the last at the right", () => {
    const { bars } = layOutFunnel(six(6, 5, 4, 3, 2, 1), 690);
    const last = bars.at(-1);

    expect(bars[0]?.x).toBe(0);
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBe(690);
  });

  it("narrows the bars before the words between them", () => {
    const [first, second] = layOutFunnel(six(6, 5, 4, 3, 2, 1), 550).bars;

    expect(first?.width).toBe(35);
    expect((second?.x ?? 0) - (first?.width ?? 0)).toBe(68);
  });

  it("draws the drop-out as a wedge from the height before to the height after", () => {
    const { steps } = layOutFunnel(six(100, 50, 50, 50, 50, 50), 690);

    expect(steps[0]?.wedge).toBe("M56,0L126.8,0L126.8,56Z");
    expect(steps[1]?.wedge).toBeNull();
  });

  it("draws what cannot be known as an outline of the next known height, never as a loss", () => {
    const { bars, steps } = layOutFunnel(six(100, 100, null, null, 60, null), 690);

    expect(bars.map((bar) => bar.known)).toEqual([true, true, false, false, true, false]);
    expect(bars[2]?.height).toBe(bars[4]?.height);
    expect(bars[5]?.height).toBe(bars[4]?.height);
    expect(steps.slice(1).every((step) => step.wedge === null && !step.known)).toBe(true);
  });

  it("keeps a single guest of very many visible, and an empty cohort flat", () => {
    expect(layOutFunnel(six(100_000, 1, 1, 1, 1, 1), 690).bars[1]?.height).toBe(2);
    expect(layOutFunnel(six(0, 0, 0, 0, 0, 0), 690).bars.map((bar) => bar.height)).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });
});

describe("rankingWidths", () => {
  it("measures every bar against the longest", () => {
    expect(rankingWidths([24, 12, 0])).toEqual([100, 50, 0]);
    expect(rankingWidths([])).toEqual([]);
  });
});
