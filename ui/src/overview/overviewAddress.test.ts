import { describe, expect, it } from "vitest";
import type { OverviewFilter } from "../ipc/bindings";
import { guestsOfCohort, guestsOfFilter, readOverviewFilter, writeOverviewFilter } from "./overviewAddress";

const roundTrip = (filter: OverviewFilter) =>
  readOverviewFilter(new URLSearchParams(writeOverviewFilter(filter).toString()));

describe("the address of the overview", () => {
  it("brings every filter back", () => {
    const filter: OverviewFilter = {
      days: 30,
      partner: "a&b=c.example",
      inviter: "x",
      identityProvider: "Entra ID",
      card: "expired",
    };

    expect(roundTrip(filter)).toEqual(filter);
  });

  it("stays short: the usual range and cleared filters are left out", () => {
    expect(writeOverviewFilter({ days: 90, partner: null, card: null }).toString()).toBe("");
  });

  it.each(["days=0", "days=-3", "days=1.5", "days=x", "days=99999999", "card=everything"])(
    "ignores %s",
    (text) => {
      expect(readOverviewFilter(new URLSearchParams(text))).toEqual({});
    },
  );
});

describe("links to the guests", () => {
  const filter: OverviewFilter = { days: 30, partner: "adatum.com", card: "blocked" };

  it("of the cohort carry its range", () => {
    expect(guestsOfCohort(filter, { from: "F", to: "T" }, { reached: "redeemed" })).toEqual({
      filter: {
        partner: "adatum.com",
        card: "blocked",
        invitedFrom: "F",
        invitedTo: "T",
        reached: "redeemed",
      },
    });
  });

  it("of all guests do not", () => {
    expect(guestsOfFilter(filter)).toEqual({ filter: { partner: "adatum.com", card: "blocked" } });
  });
});
