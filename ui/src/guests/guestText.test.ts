import { describe, expect, test } from "vitest";
import { guestView } from "../testing/fixtures";
import { deadlineOf, lastSignInCell, reasonLine, restorableDays, rowName, sponsorsCell } from "./guestText";

const now = new Date("2026-11-23T10:24:00Z");

describe("a guest in words", () => {
  test.each([
    [null, { kind: "none" }],
    ["2026-12-07T10:24:00Z", { kind: "near", days: 14 }],
    ["2026-12-08T10:24:00Z", { kind: "far", days: 15 }],
    ["2026-11-23T10:25:00Z", { kind: "near", days: 1 }],
    ["2026-11-15T09:00:00Z", { kind: "expired", days: 8 }],
  ])("the deadline %s", (expiresAt, expected) => expect(deadlineOf({ expiresAt }, now)).toEqual(expected));

  test("never is said only of guests who could have signed in", () => {
    expect(lastSignInCell(guestView(), now)).toBe("Never");
    expect(lastSignInCell(guestView({ invitationState: "pendingAcceptance" }), now)).toBe("–");
    expect(lastSignInCell(guestView({ lastSuccessfulSignInAt: "2026-11-23T08:12:00Z" }), now)).toBe(
      "Today 08:12",
    );
    expect(lastSignInCell(guestView({ lastSuccessfulSignInAt: "2026-11-18T08:12:00Z" }), now)).toBe("18 Nov");
  });

  test("the second line says why, or what was seen last", () => {
    expect(reasonLine(guestView(), now)).toBe("Guest account disabled in your tenant");
    const fine = guestView({
      reason: null,
      standing: "fine",
      lastSuccessfulSignInAt: "2026-11-23T08:12:00Z",
    });
    expect(reasonLine(fine, now)).toBe("Signed in 2 hours ago");
  });

  test("sponsors, days to restore, a row's name", () => {
    expect(sponsorsCell([])).toBeNull();
    expect(sponsorsCell(["Alex Wilber", "Megan Bowen"])).toBe("Alex Wilber, +1");
    expect(restorableDays("2026-11-22T10:00:00Z", now)).toBe(29);
    expect(restorableDays("2026-09-22T10:00:00Z", now)).toBe(0);
    // The clock moves in steps: what has just been deleted may lie a little ahead of it.
    expect(restorableDays(new Date(now.getTime() + 20_000).toISOString(), now)).toBe(30);
    expect(rowName(guestView(), now)).toBe(
      "Tomás Herrera, Accepted, Redeemed, Guest account disabled in your tenant",
    );
  });
});
