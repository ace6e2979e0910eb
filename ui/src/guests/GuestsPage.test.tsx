import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { GuestQuery } from "../ipc/bindings";
import { appView } from "../testing/appFixtures";
import { fakeShell, problem } from "../testing/fake";
import { guestDetail, guestHandlers, guestView, manyGuests, people } from "../testing/fixtures";
import { axeViolations, renderPage } from "../testing/render";
import { guestColumns } from "./columns";
import GuestsPage from "./GuestsPage";

const open = (handlers = guestHandlers(), hash = "#/guests") => {
  window.location.hash = hash;
  const shell = fakeShell(handlers);
  const view = renderPage(<GuestsPage />);
  return { shell, user: userEvent.setup(), ...view };
};
const lastQuery = (calls: Record<string, unknown>[]): GuestQuery => calls.at(-1)?.query as GuestQuery;

describe("the list", () => {
  test("names, states, stages and reasons, in the order of the archive", async () => {
    open();
    const row = await screen.findByRole("row", { name: /^Tomás Herrera, Accepted, Redeemed/ });
    expect(within(row).getByText("Guest account disabled in your tenant")).toBeTruthy();
    expect(within(row).getByText("Blocked")).toBeTruthy();
    expect(screen.getByText("11 of 11 guests")).toBeTruthy();
    expect(screen.getByRole("grid", { name: "Guests" }).getAttribute("aria-rowcount")).toBe("12");
    expect(screen.getAllByText("predicted").length).toBeGreaterThan(0);
    expect(screen.getByText("No sponsor")).toBeTruthy();
  });

  test("searches after a pause and keeps the search in the address", async () => {
    const { shell, user } = open();
    await screen.findByText("Tomás Herrera");
    await user.type(screen.getByRole("searchbox", { name: "Search guests" }), "#EXT#");
    await waitFor(() => expect(lastQuery(shell.callsOf("list_guests")).filter?.search).toBe("#EXT#"));
    expect(window.location.hash).toContain("search=%23EXT%23");
    expect(shell.callsOf("list_guests")).toHaveLength(2);
  });

  test("filtered to nothing offers the way back", async () => {
    const { user } = open(guestHandlers(), "#/guests?search=nobody");
    await user.click(await screen.findByRole("button", { name: "Reset filters" }));
    expect(await screen.findByText("Tomás Herrera")).toBeTruthy();
    expect(window.location.hash).toBe("#/guests");
  });

  test("a pill filters, its cross removes the filter", async () => {
    const { shell, user } = open();
    await screen.findByText("Tomás Herrera");
    await user.click(screen.getByRole("button", { name: /^Invited: / }));
    await user.click(await screen.findByRole("menuitemradio", { name: "last 30 days" }));
    await waitFor(() =>
      expect(lastQuery(shell.callsOf("list_guests")).filter?.invitedFrom).toBe("2026-10-24T00:00:00.000Z"),
    );
    await user.click(screen.getByRole("button", { name: "Remove filter Invited" }));
    await waitFor(() => expect(window.location.hash).toBe("#/guests"));
  });

  test("sorts by a header, a second press turns it round", async () => {
    const { shell, user } = open();
    await screen.findByText("Tomás Herrera");
    await user.click(screen.getByRole("button", { name: "Invited" }));
    await waitFor(() => expect(lastQuery(shell.callsOf("list_guests")).sort).toBe("invited"));
    await user.click(screen.getByRole("button", { name: "Invited" }));
    await waitFor(() => expect(lastQuery(shell.callsOf("list_guests")).descending).toBe(true));
    expect(screen.getByRole("columnheader", { name: "Invited" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
  });

  test("draws what is in view and fetches on along the cursor", async () => {
    const { shell } = open(guestHandlers(manyGuests(100_000)));
    await screen.findByText("Tomás Herrera");
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("100001");
    expect(shell.callsOf("list_guests").map((call) => (call.query as GuestQuery).limit)).toEqual([100]);
  });

  const heads = () =>
    screen.getAllByRole("columnheader").flatMap((head) => head.getAttribute("aria-label") ?? []);

  // Where nothing is laid out, Fluent takes an open drawer for one that lost the focus, and hides it from these queries.
  const hidden = true;

  test("columns are chosen and moved in a drawer, and stay so", async () => {
    const { user, unmount } = open();
    await screen.findByText("Tomás Herrera");
    const usual = heads();
    expect(usual).not.toContain("User principal name");
    await user.click(screen.getByRole("button", { name: "Columns" }));
    const box = (name: string) => screen.findByRole("checkbox", { name, hidden });
    await user.click(await box("Sponsors"));
    await user.click(await box("Company name"));
    expect((await box("Display name and mail")).getAttribute("disabled")).not.toBeNull();

    const handle = screen.getByRole("button", { name: "Move Company name", hidden });
    handle.focus();
    await user.keyboard("{Home}{ArrowDown}");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Move Company name");
    expect(screen.getByText("Company name: place 2 of 23")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close", hidden }));

    const wanted = ["Display name and mail", "Company name", ...usual.slice(1)].filter(
      (name) => name !== "Sponsors",
    );
    await waitFor(() => expect(heads()).toEqual(wanted));
    expect(screen.getAllByText("Northwind Traders").length).toBeGreaterThan(0);
    unmount();
    renderPage(<GuestsPage />);
    await screen.findByText("Tomás Herrera");
    expect(heads()).toEqual(wanted);
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByRole("button", { name: "Usual columns", hidden }));
    await user.click(screen.getByRole("button", { name: "Close", hidden }));
    await waitFor(() => expect(heads()).toEqual(usual));
  });

  test("a handle that is dragged takes its column along", async () => {
    const { user } = open();
    await screen.findByText("Tomás Herrera");
    await user.click(screen.getByRole("button", { name: "Columns" }));
    const handle = await screen.findByRole("button", { name: "Move Partner", hidden });
    // Lines are 32 pixels high; the list begins at 0, for nothing is laid out here.
    await user.pointer([
      { keys: "[MouseLeft>]", target: handle },
      { target: handle, coords: { clientX: 0, clientY: 40 } },
      { keys: "[/MouseLeft]" },
      { target: handle, coords: { clientX: 0, clientY: 300 } },
    ]);
    await user.click(screen.getByRole("button", { name: "Close", hidden }));
    await waitFor(() => expect(heads()[1]).toBe("Partner"));
  });

  test("a drag ends with the drawer", async () => {
    const { user } = open();
    await screen.findByText("Tomás Herrera");
    const usual = heads();
    await user.click(screen.getByRole("button", { name: "Columns" }));
    const handle = await screen.findByRole("button", { name: "Move Partner", hidden });
    handle.focus();
    fireEvent.pointerDown(handle, { button: 0 });
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("button", { name: "Move Partner", hidden })).toBeNull());
    fireEvent.pointerMove(window, { clientX: 0, clientY: 0 });
    expect(heads()).toEqual(usual);
  });

  test("the menu of a column sorts by it, hides it and changes its width", async () => {
    const { shell, user, unmount } = open();
    await screen.findByText("Tomás Herrera");
    const choose = async (column: string, entry: string) => {
      await user.click(screen.getByRole("button", { name: `Column ${column}` }));
      await user.click(await screen.findByRole("menuitem", { name: entry }));
    };
    await choose("Invited", "Sort descending");
    await waitFor(() => expect(window.location.hash).toBe("#/guests?sort=invited&descending=true"));
    await choose("Invited", "Sort ascending");
    await waitFor(() => expect(lastQuery(shell.callsOf("list_guests")).descending).toBe(false));

    const width = () => screen.getByRole("columnheader", { name: "Partner" }).style.width;
    await choose("Partner", "Wider");
    await user.keyboard("{Escape}");
    expect(width()).toBe("116px");
    await choose("Sponsors", "Hide column");
    await waitFor(() => expect(screen.queryByRole("columnheader", { name: "Sponsors" })).toBeNull());
    unmount();
    renderPage(<GuestsPage />);
    await screen.findByText("Tomás Herrera");
    expect(screen.queryByRole("columnheader", { name: "Sponsors" })).toBeNull();
    expect(width()).toBe("116px");
    await choose("Partner", "Usual width");
    expect(width()).toBe("92px");

    await user.click(screen.getByRole("button", { name: "Column Stage reached, reason" }));
    expect(await screen.findByRole("menuitem", { name: "Filter" })).toBeTruthy();
    expect(screen.queryByRole("menuitem", { name: "Hide column" })).toBeNull();
    expect(screen.queryByRole("menuitem", { name: "Wider" })).toBeNull();
  });

  test("the menu of a column opens its filter", async () => {
    const { shell, user } = open();
    await screen.findByText("Tomás Herrera");
    for (const state of ["Accepted", "Pending acceptance"]) {
      await user.click(screen.getByRole("button", { name: "Column Invitation state" }));
      await user.click(await screen.findByRole("menuitem", { name: "Filter" }));
      await user.click(await screen.findByRole("menuitemradio", { name: state }));
      await waitFor(() =>
        expect(lastQuery(shell.callsOf("list_guests")).filter?.invitationState).toBe(
          state === "Accepted" ? "accepted" : "pendingAcceptance",
        ),
      );
    }
  });

  test("hostile names stay text on one line", async () => {
    const evil = guestView({
      id: "evil",
      displayName: `<img src=x onerror=alert(1)>\u202e${"x".repeat(65_536)}`,
    });
    open(guestHandlers([evil]));
    const cell = await screen.findByText(/^<img src=x onerror=alert\(1\)>/);
    expect(cell.tagName).toBe("BDI");
    expect(cell.textContent?.length).toBeLessThanOrEqual(256);
    expect(document.querySelector("img")).toBeNull();
  });
});

describe("when it does not go well", () => {
  test("a failure stands above the old rows", async () => {
    const { shell } = open();
    await screen.findByText("Tomás Herrera");
    shell.answer({
      list_guests: () => {
        throw problem("busy", "Another process holds the archive.", { requestId: "req-1" });
      },
    });
    await shell.changeData("guests");
    expect(await screen.findByText(/Another process holds the archive/)).toBeTruthy();
    expect(screen.getByText("Request ID req-1")).toBeTruthy();
    expect(screen.getByText("Tomás Herrera")).toBeTruthy();
  });

  test("offline says how old the rows are and sends nothing", async () => {
    const offline = appView({ connection: { state: "offline", dataFrom: "2026-11-22T18:02:00Z" } });
    const { shell, user } = open(guestHandlers(people, offline));
    expect(await screen.findByText(/Everything here is from 22 Nov 18:02/)).toBeTruthy();
    const refresh = await screen.findByRole("button", { name: "Refresh" });
    expect(refresh.getAttribute("aria-disabled")).toBe("true");
    await user.click(refresh);
    expect(shell.callsOf("start_sync")).toHaveLength(0);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(shell.callsOf("start_sync")).toHaveLength(1);
  });

  test("a tenant nobody has read offers to read it", async () => {
    const fresh = appView({ connection: { state: "online", syncedAt: null }, sync: { state: "idle" } });
    const { shell, user } = open(guestHandlers([], fresh));
    await user.click(await screen.findByRole("button", { name: "Start reading" }));
    expect(shell.callsOf("start_sync")).toHaveLength(1);
  });
});

describe("the panel", () => {
  const openPanel = async () => {
    const all = open();
    await all.user.click(await screen.findByText("Tomás Herrera"));
    const panel = await screen.findByRole("complementary", { name: "Guest" });
    await within(panel).findByText("Guest account disabled in your tenant");
    return { ...all, panel };
  };

  test("says the cause, how sure, and the evidence", async () => {
    const { panel } = await openPanel();
    expect(within(panel).getByText("AADSTS500571 · certain")).toBeTruthy();
    expect(within(panel).getByText("Can be undone")).toBeTruthy();
    expect(within(panel).getByText("Redeem external user invite, source Entra ID")).toBeTruthy();
    expect(within(panel).getByText("22.8 h later")).toBeTruthy();
    expect(within(panel).getByText("Opening the mail or the link.")).toBeTruthy();
    expect(within(panel).getByText("Not in your logs:")).toBeTruthy();
    expect(window.location.hash).toContain("open=7f3c0a52");
  });

  test("the setting that cures and the guest open in the admin center", async () => {
    const setting = "Cross-tenant access settings";
    const detail = guestDetail();
    const handlers = {
      ...guestHandlers(),
      get_guest: () => ({ ...detail, cause: { ...detail.cause, key: "aadsts-500213", cure: null, setting } }),
      open_setting: () => null,
      open_guest_page: () => null,
    };
    const { shell, user } = open(handlers);
    await user.click(await screen.findByText("Tomás Herrera"));
    await user.click(await screen.findByRole("button", { name: "Open setting" }));
    expect(shell.callsOf("open_setting")).toEqual([{ reason: "aadsts-500213" }]);
    await user.click(screen.getByRole("button", { name: "Open in the Microsoft Entra admin center" }));
    expect(shell.callsOf("open_guest_page")).toEqual([{ id: expect.stringMatching(/^7f3c0a52/) }]);
  });

  test("an action that cannot be pressed says why and does nothing", async () => {
    const { panel, user, shell } = await openPanel();
    const resend = within(panel).getByRole("button", { name: /Resend invitation/ });
    expect(resend.getAttribute("aria-disabled")).toBe("true");
    await user.click(resend);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(shell.callsOf("plan_action")).toHaveLength(0);
  });

  test("the cure is confirmed, applied as planned, and can be undone", async () => {
    const { panel, user, shell } = await openPanel();
    await user.click(within(panel).getByRole("button", { name: "Unblock sign-in" }));
    const dialog = await screen.findByRole("dialog");
    expect(await within(dialog).findByText("Tomás Herrera can sign in from now on.")).toBeTruthy();
    expect(within(dialog).getByText(/Can be undone: Block sign-in/)).toBeTruthy();
    expect(shell.callsOf("apply_plan")).toHaveLength(0);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(shell.callsOf("apply_plan")).toHaveLength(1));
    expect(shell.callsOf("apply_plan")[0]?.plan).toMatchObject({ verb: "unblockSignIn", basis: "basis-1" });
    expect(await screen.findByText("Tomás Herrera can sign in again")).toBeTruthy();
    await user.click(screen.getByText("Undo"));
    await waitFor(() => expect(shell.callsOf("apply_plan")[1]?.plan).toMatchObject({ verb: "blockSignIn" }));
  });

  test("says before it is confirmed that resending alone does not help", async () => {
    const stuck = guestDetail();
    const actions = stuck.actions.map((action) =>
      action.verb === "resendInvitation" ? { ...action, enabled: true, disabledReason: null } : action,
    );
    const { user } = open({ ...guestHandlers(), get_guest: () => ({ ...stuck, actions }) });
    await user.click(await screen.findByText("Tomás Herrera"));
    await user.click(await screen.findByRole("button", { name: "Resend invitation" }));
    const said = "Resending alone does not help: Guest account disabled in your tenant.";
    expect(await screen.findByText(said)).toBeTruthy();
  });

  test("what is not confirmed gives focus back to its button", async () => {
    const { panel, user } = await openPanel();
    const cure = within(panel).getByRole("button", { name: "Unblock sign-in" });
    await user.click(cure);
    await screen.findByText("Tomás Herrera can sign in from now on.");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(document.activeElement).toBe(cure));
  });

  test("a refusal stays in the confirmation", async () => {
    const { panel, user, shell } = await openPanel();
    shell.answer({
      apply_plan: () => {
        throw problem("permissionMissing", "User.EnableDisableAccount.All is missing.");
      },
    });
    await user.click(within(panel).getByRole("button", { name: "Unblock sign-in" }));
    const dialog = await screen.findByRole("dialog");
    await within(dialog).findByText("Tomás Herrera can sign in from now on.");
    await user.keyboard("{Enter}");
    expect(await within(dialog).findByText(/User.EnableDisableAccount.All is missing/)).toBeTruthy();
  });

  test("what was skipped because something changed is not called a failure", async () => {
    const { panel, user, shell } = await openPanel();
    shell.answer({
      apply_plan: () => ({
        verb: "unblockSignIn",
        guestId: "x",
        result: "skipped",
        message: "Changed since the plan was made: unblocked by someone else. Left alone.",
        undo: null,
        problem: null,
      }),
    });
    await user.click(within(panel).getByRole("button", { name: "Unblock sign-in" }));
    await screen.findByText("Tomás Herrera can sign in from now on.");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("Left alone")).toBeTruthy();
    expect(screen.queryByText("Undo")).toBeNull();
  });

  test("the direct link is copied at once", async () => {
    const { panel, user, shell } = await openPanel();
    await user.click(within(panel).getByRole("button", { name: /Copy direct link/ }));
    await waitFor(() => expect(shell.callsOf("copy_direct_link")).toHaveLength(1));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("a line of evidence leads to its raw row", async () => {
    const { panel, user, shell } = await openPanel();
    await user.click(within(panel).getByRole("button", { name: "2 audit rows" }));
    expect(await within(panel).findByText(/"errorCode": 500571/)).toBeTruthy();
    expect(shell.callsOf("get_raw_row")[0]).toEqual({ row: "audit:2026-10-13T07:06:00Z" });
  });

  test("a row of the address is shown, also one the timeline has no line for", async () => {
    const id = guestView().id;
    for (const [row, title] of [
      ["audit:2026-10-13T07:06:00Z", /Audit row/],
      ["signin-42", /The row that was looked for/],
    ] as const) {
      const { shell, unmount } = open(guestHandlers(), `#/guests?open=${id}&row=${row}`);
      const panel = await screen.findByRole("complementary", { name: "Guest" });
      expect(await within(panel).findByText(/"errorCode": 500571/)).toBeTruthy();
      expect(shell.callsOf("get_raw_row")).toEqual([{ row }]);
      const shown = within(panel).getByRole("button", { name: title, expanded: true });
      expect(shown).toBeTruthy();
      unmount();
    }
  });

  test("arrow keys change the row, Escape closes and returns to the table", async () => {
    const { user } = await openPanel();
    expect(document.activeElement?.textContent).toBe("Tomás Herrera");
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(window.location.hash).toContain("open=ines.dahl%40adatum.com"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("complementary", { name: "Guest" })).toBeNull());
    expect(document.activeElement?.getAttribute("role")).toBe("grid");
  });
});

describe("deleted guests", () => {
  test("are a view with a way back", async () => {
    const gone = guestView({ id: "gone", displayName: "Gone Guest", deletedAt: "2026-11-20T09:00:00Z" });
    const { shell, user } = open(guestHandlers([...people, gone]), "#/guests?deleted=true");
    expect(await screen.findByText("27 d left")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Restore" }));
    await waitFor(() =>
      expect(shell.callsOf("plan_action")[0]).toEqual({ guestId: "gone", verb: "restore" }),
    );
  });
});

describe("commands", () => {
  test("download, copy link and show the call speak of the list as filtered", async () => {
    const { shell, user } = open(guestHandlers(), "#/guests?standing=stopped");
    await screen.findByText("Tomás Herrera");
    await user.click(screen.getByRole("button", { name: "Download users" }));
    expect(await screen.findByText("Downloads/guests.csv")).toBeTruthy();
    expect(lastQuery(shell.callsOf("export_guests")).filter).toEqual({ standing: "stopped" });
    expect(shell.callsOf("export_guests")[0]?.columns).toEqual(
      guestColumns.filter((column) => !column.more).map((column) => column.id),
    );
    await user.click(screen.getByRole("button", { name: "Copy link to view" }));
    expect(shell.callsOf("copy_text")[0]).toEqual({ text: "usher:/guests?standing=stopped" });
    await user.click(screen.getByRole("button", { name: "Show the call" }));
    expect(await screen.findByText("usherctl guests --json")).toBeTruthy();
  });
});

describe("breaks no accessibility rule", () => {
  test("as a list", async () => {
    open();
    await screen.findByText("Tomás Herrera");
    expect(await axeViolations()).toEqual([]);
  });

  test("with the panel", async () => {
    open(guestHandlers(), `#/guests?open=${guestView().id}`);
    await screen.findByText("AADSTS500571 · certain");
    expect(await axeViolations()).toEqual([]);
  });
});
