import { describe, expect, test } from "vitest";
import {
  daysSince,
  daysUntil,
  formatAbout,
  formatAge,
  formatAgo,
  formatBytes,
  formatClock,
  formatCount,
  formatDay,
  formatDuration,
  formatLogTime,
  formatPercent,
  middleEllipsis,
  plainText,
  shortId,
} from "./format";

const now = new Date("2026-11-23T10:24:00Z");

describe("dates", () => {
  test.each([
    ["2026-11-22T18:02:00Z", "22 Nov"],
    ["2025-12-31T23:59:00Z", "31 Dec 2025"],
  ])("%s as a day is %s", (at, text) => expect(formatDay(at, now)).toBe(text));

  test("log rows carry seconds", () => {
    expect(formatLogTime("2026-11-23T11:18:42Z", now)).toBe("23 Nov 11:18:42");
  });

  test("the sandbox clock names the weekday", () => {
    expect(formatClock(now)).toBe("Mon 23 Nov 2026, 10:24");
  });

  test.each([
    ["2026-11-23T10:23:40Z", "just now"],
    ["2026-11-23T10:20:00Z", "4 min ago"],
    ["2026-11-23T09:20:00Z", "1 hour ago"],
    ["2026-11-23T08:20:00Z", "2 hours ago"],
    ["2026-11-22T10:00:00Z", "yesterday"],
    ["2026-11-20T10:00:00Z", "20 Nov"],
    ["2026-11-23T10:30:00Z", "23 Nov 10:30"],
  ])("%s is %s", (at, text) => expect(formatAgo(at, now)).toBe(text));

  test("days are whole days, the last one counts until it is over", () => {
    expect(daysSince("2026-11-22T10:24:01Z", now)).toBe(0);
    expect(daysSince("2026-11-22T10:24:00Z", now)).toBe(1);
    expect(daysUntil("2026-11-23T10:25:00Z", now)).toBe(1);
    expect(daysUntil("2026-11-23T10:23:00Z", now)).toBeLessThanOrEqual(0);
  });
});

describe("durations and numbers", () => {
  test.each([
    [20, "under 1 min"],
    [360, "6 min"],
    [11_160, "3.1 h"],
    [86_400, "1 day"],
    [120_960, "1.4 days"],
  ])("%i seconds are %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  test("the rest", () => {
    expect(formatAbout(8)).toBe("about 8 s");
    expect(formatAbout(122)).toBe("about 2 min");
    expect(formatAge(1042)).toBe("1,042 d");
    expect(formatPercent(0.8123)).toBe("81%");
    expect(formatCount(1, "guest")).toBe("1 guest");
    expect(formatCount(1087, "guest")).toBe("1,087 guests");
    expect(formatBytes(184_000_000)).toBe("184 MB");
    expect(shortId("7f3c0a52-51d1-4c5e-9a77-0e6a5c02b3aa")).toBe("7f3c…b3aa");
  });
});

describe("text from outside", () => {
  test("loses control and direction marks, keeps letters of any script", () => {
    expect(plainText("A\u202eevil\u2066\u0000 名 עברית")).toBe("A evil 名 עברית");
  });

  test("64 kB become one short line", () => {
    expect(plainText("x".repeat(65_536))).toHaveLength(256);
  });

  test("a mail keeps its domain", () => {
    expect(middleEllipsis("grace.liu.the.longest@northwind.example", 28)).toMatch(
      /^grace.*…@northwind\.example$/,
    );
    expect(middleEllipsis("a@b.example", 28)).toBe("a@b.example");
  });
});
