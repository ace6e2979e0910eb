import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { AttentionView, OverviewFilter, OverviewView } from "../ipc/bindings";
import { parseAddress } from "../shell/address";
import { appView } from "../testing/appFixtures";
import { fakeShell, type Handlers, problem } from "../testing/fake";
import { guestHandlers } from "../testing/fixtures";
import { overviewAnswer, overviewBeforeReading, overviewWithoutPremium } from "../testing/overviewFixtures";
import { axeViolations, renderPage } from "../testing/render";
import OverviewPage from "./OverviewPage";

const idle = appView({ sync: { state: "idle" } });

async function open(overview: OverviewView = overviewAnswer, more: Handlers = {}, app = idle) {
  const shell = fakeShell({ ...guestHandlers([], app), get_overview: () => overview, ...more });
  renderPage(<OverviewPage />);
  await screen.findByRole("heading", { name: "Overview" });
  return shell;
}

/** The filter of the Guests page that a click led to. */
const guestsAddress = () => {
  const { page, params } = parseAddress(window.location.hash);
  expect(page).toBe("guests");
  return Object.fromEntries(params);
};

describe("the cards", () => {
  it("filter the page, and a second click clears", async () => {
    const user = userEvent.setup();
    const shell = await open();
    const card = await screen.findByRole("button", { name: /^Blocked by a failure: 97\./ });

    await user.click(card);
    expect(window.location.hash).toBe("#/overview?card=blocked");
    await waitFor(() => expect(card).toHaveProperty("ariaPressed", "true"));
    const asked = shell.callsOf("get_overview").map(({ filter }) => (filter as OverviewFilter).card);
    expect(asked.at(-1)).toBe("blocked");

    await user.click(screen.getByRole("button", { name: "Show 97 guests" }));
    expect(guestsAddress()).toEqual({ card: "blocked" });
  });

  it("clear when they are pressed again", async () => {
    const user = userEvent.setup();
    window.location.hash = "#/overview?card=blocked&partner=adatum.com";
    await open();

    await user.click(await screen.findByRole("button", { name: /^Blocked by a failure/, pressed: true }));

    expect(window.location.hash).toBe("#/overview?partner=adatum.com");
  });

  it("are eight, and say what the short label leaves out", async () => {
    await open();
    const cards = within(await screen.findByRole("group", { name: /Guests by state/ })).getAllByRole(
      "button",
    );

    expect(cards).toHaveLength(8);
    expect(cards[3]?.getAttribute("aria-label")).toContain("Expiring within 14 days: 46");
  });
});

describe("the funnel", () => {
  it("says at least where the logs are not complete, and never elsewhere", async () => {
    await open();

    const funnel = await screen.findByRole("img", { name: /^Redemption funnel/ });
    expect(funnel.getAttribute("aria-label")).toBe(
      "Redemption funnel: Invited 642, Mail sent 617, Attempted sign-in at least 498, Requirements met at least 437, Redeemed 421, First access at least 388.",
    );
    expect(within(funnel).getByText("≥ 498")).toBeTruthy();
    expect(within(funnel).queryByText("≥ 642")).toBeNull();
    expect(screen.getByText(/29 of 91 sign-in days are not complete/)).toBeTruthy();
  });

  it("opens the guests of a bar, a wedge and a reason", async () => {
    const user = userEvent.setup();
    await open();
    const range = { invitedFrom: overviewAnswer.funnel.from, invitedTo: overviewAnswer.funnel.to };

    await user.click(await screen.findByRole("button", { name: "Redeemed: 421 guests" }));
    expect(guestsAddress()).toEqual({ reached: "redeemed", ...range });

    await user.click(
      screen.getByRole("button", { name: /^Mail sent to Attempted sign-in: 81% went on, 119 guests/ }),
    );
    expect(guestsAddress()).toEqual({ stage: "mailSent", ...range });

    await user.click(screen.getByRole("button", { name: "24 MFA not completed" }));
    expect(guestsAddress()).toEqual({ stage: "attemptedSignIn", reason: "mfaNotCompleted", ...range });
  });

  it("draws what cannot be known as outlines, without numbers", async () => {
    await open(overviewWithoutPremium);

    const funnel = await screen.findByRole("img", { name: /Attempted sign-in not known/ });
    expect(funnel.querySelectorAll('[data-mark="unknown"]')).toHaveLength(3);
    expect(funnel.querySelectorAll('[data-mark="bar"]')).toHaveLength(3);
    expect(funnel.querySelectorAll('[data-mark="wedge"]')).toHaveLength(1);
    expect(within(funnel).getAllByText("not known")).toHaveLength(3);
    expect(screen.getByText(/sign-in logs is not known: they need an Entra ID P1 licence/)).toBeTruthy();
    expect(screen.getByRole("button", { name: /^Active: not known/ })).toBeTruthy();
  });

  it("compares nothing with a stage that is not known", async () => {
    const stages = overviewAnswer.funnel.stages.map((stage) =>
      stage.stage === "attemptedSignIn" ? { ...stage, guests: null } : stage,
    );
    await open({ ...overviewAnswer, funnel: { ...overviewAnswer.funnel, stages } });

    const drops = await screen.findByRole("list", { name: "Where guests dropped out" });
    const texts = within(drops)
      .getAllByRole("listitem")
      .map((item) => item.textContent);
    expect(texts[2]).toBe("not known");
    expect(texts[3]).toContain("−16 stopped");
    expect(screen.queryByRole("button", { name: /^Attempted sign-in to Requirements met/ })).toBeNull();
  });

  it("shows its numbers as a table", async () => {
    const user = userEvent.setup();
    await open();
    const card = await screen.findByRole("region", { name: "Redemption funnel" });

    await user.click(within(card).getByRole("button", { name: "Show as table" }));

    const row = within(card).getByRole("row", { name: /Attempted sign-in/ });
    expect(
      within(row)
        .getAllByRole("cell")
        .map((cell) => cell.textContent),
    ).toEqual(["≥ 498", "81%", "1.4 days", "119"]);
  });

  it("says so where nobody was invited in the range", async () => {
    const stages = overviewBeforeReading.funnel.stages;
    await open({ ...overviewAnswer, funnel: { ...overviewAnswer.funnel, stages } });

    expect(await screen.findByText(/No guest was invited in this range/)).toBeTruthy();
  });
});

describe("the failure reasons", () => {
  it("are seven and the rest, which is summed", async () => {
    const user = userEvent.setup();
    await open();
    const card = await screen.findByRole("region", { name: "Failure reasons" });
    const rows = within(card).getAllByRole("listitem");

    expect(rows).toHaveLength(8);
    expect(rows[7]?.textContent).toContain("Other, 3 reasons");
    expect(rows[7]?.textContent).toMatch(/4$/);

    await user.click(within(card).getByRole("button", { name: /^MFA not completed, 24 guests/ }));
    expect(guestsAddress()).toEqual({ standing: "stopped", reason: "mfaNotCompleted" });
  });
});

describe("the weeks and what is held", () => {
  it("open the guests invited in a week", async () => {
    const user = userEvent.setup();
    await open();

    await user.click(await screen.findByRole("button", { name: "Week of 26 Oct: 112 invited, 58 redeemed" }));

    expect(guestsAddress()).toEqual({
      invitedFrom: "2026-10-26T00:00:00.000Z",
      invitedTo: "2026-11-02T00:00:00.000Z",
    });
    expect(screen.getByText("bulk invite, 78 guests")).toBeTruthy();
  });

  it("read the strip day by day with the arrow keys", async () => {
    const user = userEvent.setup();
    await open();
    const strip = await screen.findByRole("slider", { name: /^Sign-in logs held/ });

    strip.focus();
    expect(strip.getAttribute("aria-valuetext")).toMatch(/^22 Nov: partial/);
    await user.keyboard("{ArrowLeft}");
    expect(strip.getAttribute("aria-valuetext")).toMatch(/^21 Nov: complete, 1,\d+ rows$/);
    await user.keyboard("{Home}");
    expect(strip.getAttribute("aria-valuetext")).toBe("24 Aug: no longer obtainable");
    await user.keyboard("{ArrowLeft}");
    expect(strip.getAttribute("aria-valuenow")).toBe("0");
    await user.keyboard("{End}{PageUp}");
    expect(strip.getAttribute("aria-valuetext")).toMatch(/^15 Nov: partial/);
  });

  it("fetch what can still be had, and offer nothing where there is nothing to fetch", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("button", { name: "Fetch 5 days" }));

    expect(shell.callsOf("start_sync")).toHaveLength(1);
    shell.answer({
      get_overview: () => ({ ...overviewAnswer, coverage: { ...overviewAnswer.coverage, fetchableDays: 0 } }),
    });
    await shell.changeData("overview");
    await waitFor(() => expect(screen.queryByRole("button", { name: /^Fetch/ })).toBeNull());
  });
});

describe("needs attention", () => {
  it("cures one guest after a confirmation", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("button", { name: "Unblock sign-in: Tomás Herrera" }));
    const dialog = await screen.findByRole("dialog");
    expect(shell.callsOf("plan_action")).toEqual([{ guestId: "guest-tomás", verb: "unblockSignIn" }]);
    expect(shell.callsOf("apply_plan")).toHaveLength(0);

    await user.click(await within(dialog).findByRole("button", { name: "Unblock sign-in" }));
    await waitFor(() => expect(shell.callsOf("apply_plan")).toHaveLength(1));
  });

  it("opens the setting that cures a guest, and says where it could not", async () => {
    const user = userEvent.setup();
    const [cluster] = overviewAnswer.attention;
    const item = {
      ...cluster,
      guestId: "g",
      name: "Ida Farouk",
      guests: 1,
      setting: "Cross-tenant access settings",
    } as AttentionView;
    const shell = await open(
      { ...overviewAnswer, attention: [item] },
      {
        open_setting: () => {
          throw problem("signInNotFinished", "The browser could not be opened.");
        },
      },
    );
    await user.click(
      await screen.findByRole("button", {
        name: "Open setting: Cross-tenant access settings, for Ida Farouk",
      }),
    );
    expect(shell.callsOf("open_setting")).toEqual([{ reason: "inboundBlock" }]);
    expect(await screen.findByText("The browser could not be opened.")).toBeTruthy();
    expect(window.location.hash).not.toContain("guests");
  });

  it("opens the guests of a cluster, never a change for all of them", async () => {
    const user = userEvent.setup();
    await open();

    await user.click(await screen.findByRole("button", { name: /^Show 14 guests/ }));

    expect(guestsAddress()).toEqual({ reason: "inboundBlock", partner: "litware.example" });
  });

  it("lists all who are stopped", async () => {
    const user = userEvent.setup();
    window.location.hash = "#/overview?partner=adatum.com";
    await open();

    await user.click(await screen.findByRole("button", { name: "All 97 guests and clusters" }));

    expect(guestsAddress()).toEqual({ standing: "stopped", partner: "adatum.com" });
  });

  it("keeps changes from a tenant that cannot be reached, but copies a link", async () => {
    const user = userEvent.setup();
    const offline = appView({ sync: { state: "idle" }, connection: { state: "offline", dataFrom: null } });
    const shell = await open(overviewAnswer, {}, offline);

    const unblock = await screen.findByRole("button", { name: "Unblock sign-in: Tomás Herrera" });
    expect(unblock.getAttribute("aria-disabled")).toBe("true");
    await user.click(unblock);
    await user.click(screen.getByRole("button", { name: "Copy direct link: Ines Dahl" }));

    expect(screen.getByText("You are offline.")).toBeTruthy();
    expect(shell.callsOf("plan_action")).toHaveLength(0);
    expect(shell.callsOf("copy_direct_link")).toEqual([{ guestId: "guest-ines" }]);
  });

  it("shows hostile names as plain text", async () => {
    const [first] = overviewAnswer.attention;
    const name = `<img src=x onerror=alert(1)> \u202Egnp.exe ${"long ".repeat(13_000)}`;
    await open({ ...overviewAnswer, attention: first ? [{ ...first, guestId: "g", name, guests: 1 }] : [] });

    const shown = await screen.findByText(/<img src=x/);
    expect(shown.textContent?.length).toBeLessThanOrEqual(256);
    expect(shown.textContent).not.toContain("\u202E");
    expect(document.querySelector("img")).toBeNull();
  });
});

describe("the filters", () => {
  it("go into the address and to the shell", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("button", { name: /^Partner domain/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: /^litware.example/ }));
    expect(window.location.hash).toBe("#/overview?partner=litware.example");
    await user.click(screen.getByRole("button", { name: /^Invited: last/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "last 7 days" }));

    await waitFor(() =>
      expect(shell.callsOf("get_overview").at(-1)).toEqual({
        filter: { days: 7, partner: "litware.example" },
      }),
    );
  });

  it("take a range of one's own", async () => {
    const user = userEvent.setup();
    await open();

    await user.click(await screen.findByRole("button", { name: "Custom range" }));
    const days = await screen.findByLabelText("Days");
    await user.clear(days);
    await user.type(days, "45{Enter}");

    expect(window.location.hash).toBe("#/overview?days=45");
    expect(await screen.findByText("last 45 days")).toBeTruthy();
  });
});

describe("before, without and after data", () => {
  it("offers the first reading where nothing was read", async () => {
    const user = userEvent.setup();
    const never = appView({ sync: { state: "idle" }, connection: { state: "online", syncedAt: null } });
    const shell = await open(overviewBeforeReading, {}, never);

    await user.click(await screen.findByRole("button", { name: "Start reading" }));
    await user.click(screen.getByRole("button", { name: "Explore the sandbox tenant" }));

    expect(shell.callsOf("start_sync")).toHaveLength(1);
    await waitFor(() =>
      expect(shell.callsOf("sign_in")).toEqual([{ form: { method: "sandbox", admin: null } }]),
    );
    expect(await axeViolations()).toEqual([]);
  });

  it("draws no funnel out of logs that are read for the first time; the guests can be seen", async () => {
    const user = userEvent.setup();
    const reading = appView({ connection: { state: "online", syncedAt: null } });
    const shell = await open(overviewAnswer, {}, reading);

    await user.click(await screen.findByRole("button", { name: "See the guests read so far" }));
    expect(window.location.hash).toBe("#/guests");
    expect(screen.queryByRole("img", { name: /^Redemption funnel/ })).toBeNull();

    await shell.changeApp(appView());
    expect(await screen.findByRole("img", { name: /^Redemption funnel/ })).toBeTruthy();
  });

  it("tells a tenant without guests from one that was never read", async () => {
    await open(overviewBeforeReading);

    expect(await screen.findByText("This tenant has no guests")).toBeTruthy();
  });

  it("says what went wrong above the old numbers", async () => {
    const user = userEvent.setup();
    const shell = await open();
    await screen.findByRole("img", { name: /^Redemption funnel/ });

    shell.answer({
      get_overview: () => {
        throw problem("diskFull", "The disk is full.");
      },
    });
    await shell.changeData("overview");
    expect((await screen.findAllByText(/The disk is full/)).length).toBeGreaterThan(0);
    expect(screen.getByRole("img", { name: /^Redemption funnel/ })).toBeTruthy();

    shell.answer({ get_overview: () => overviewAnswer });
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.queryByText(/The disk is full/)).toBeNull());
  });

  it("breaks no rule of accessibility", async () => {
    await open();
    await screen.findByRole("img", { name: /^Redemption funnel/ });

    expect(await axeViolations()).toEqual([]);
  });
});
