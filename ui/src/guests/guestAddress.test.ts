import { describe, expect, test } from "vitest";
import { guestQueryOf, guestsHref, readGuestView, writeGuestView } from "./guestAddress";

describe("the address of the guest list", () => {
  test("what is written is read again", () => {
    const place = {
      filter: { search: "#EXT#", reason: "mfaNotCompleted", accountEnabled: false, deleted: true },
      invitedDays: 180,
      sort: "invited" as const,
      descending: true,
      open: "7f3c",
      row: "signin-42",
    };
    expect(readGuestView(writeGuestView(place))).toEqual(place);
  });

  test("nonsense is left out, not passed on", () => {
    const params = new URLSearchParams(
      "stage=nowhere&card=x&sort=y&invitedDays=-3&accountEnabled=maybe&deleted=1&evil=1",
    );
    expect(readGuestView(params)).toEqual({
      filter: {},
      invitedDays: null,
      sort: "attention",
      descending: false,
      open: null,
      row: null,
    });
  });

  test("a bar of a chart links to its guests", () => {
    expect(guestsHref({ filter: { reason: "mfa & more" } })).toBe("#/guests?reason=mfa+%26+more");
    expect(guestsHref({})).toBe("#/guests");
  });

  test("a range in days starts at the beginning of a day, so the question stays the same all day", () => {
    const place = readGuestView(new URLSearchParams("invitedDays=30"));
    const morning = guestQueryOf(place, new Date("2026-11-23T01:00:00Z"));
    const evening = guestQueryOf(place, new Date("2026-11-23T23:00:00Z"));
    expect(morning).toEqual(evening);
    expect(morning.filter?.invitedFrom).toBe("2026-10-24T00:00:00.000Z");
  });
});
