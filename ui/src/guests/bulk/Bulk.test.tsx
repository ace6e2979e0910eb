import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { PlanView } from "../../ipc/bindings";
import { fakeShell, type Handlers, problem } from "../../testing/fake";
import { guestHandlers, guestView, manyGuests } from "../../testing/fixtures";
import { axeViolations, renderPage } from "../../testing/render";
import GuestsPage from "../GuestsPage";
import { bulkEffect, bulkVerbs, firstNames, fitting } from "./bulkPlan";

// Without a layout Fluent finds nothing to focus in a modal and hides the modal itself.
configure({ defaultHidden: true });

const blocked = (id: string, displayName: string) =>
  guestView({ id, displayName, accountEnabled: false, invitationState: "accepted" });
const three = [
  blocked("one", "Ada Blocked"),
  blocked("two", "Bo Blocked"),
  guestView({ id: "three", displayName: "Cleo Open", accountEnabled: true, invitationState: "accepted" }),
];

const open = async (handlers: Handlers = guestHandlers(three)) => {
  window.location.hash = "#/guests";
  const shell = fakeShell(handlers);
  renderPage(<GuestsPage />);
  await screen.findAllByRole("row", { name: /Blocked|Guest|Tomás/ });
  return { shell, user: userEvent.setup() };
};
const bar = () => screen.findByRole("toolbar", { name: "Selected guests" });
const applied = (calls: Record<string, unknown>[]) => calls.map((call) => (call.plan as PlanView).guestId);

describe("choosing guests", () => {
  test("the bar says how many of them an action fits", async () => {
    const { user } = await open();
    await user.click(screen.getByRole("checkbox", { name: "Select all guests that match" }));
    expect(within(await bar()).getByText("3 selected")).toBeTruthy();
    expect(within(await bar()).getByRole("button", { name: "Unblock sign-in (2)" })).toBeTruthy();
    const resend = within(await bar()).getByRole("button", { name: "Resend invitation" });
    expect(resend.getAttribute("aria-disabled")).toBe("true");
    expect(await axeViolations()).toEqual([]);
  });

  test("by keys: Space chooses, Shift and arrows extend, Ctrl+A takes all that match, Escape lets go", async () => {
    const { user } = await open(guestHandlers(manyGuests(700)));
    screen.getByRole("grid").focus();
    await user.keyboard("{ArrowDown} ");
    expect(within(await bar()).getByText("1 selected")).toBeTruthy();
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(within(await bar()).getByText("3 selected")).toBeTruthy();
    await user.keyboard("{Control>}a{/Control}");
    expect(await screen.findByText("700 selected")).toBeTruthy();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("toolbar", { name: "Selected guests" })).toBeNull());
  });

  test("a box does not open its row, and a row keeps its element while it is chosen", async () => {
    const { user } = await open();
    const row = screen.getByRole("row", { name: /^Ada Blocked/ });
    await user.click(within(row).getByRole("checkbox"));
    expect(screen.queryByRole("complementary", { name: "Guest" })).toBeNull();
    expect(row.isConnected).toBe(true);
    expect(row.getAttribute("aria-selected")).toBe("true");
  });
});

describe("acting on them", () => {
  const review = async (verb: RegExp, handlers?: Handlers) => {
    const all = await open(handlers);
    await all.user.click(screen.getByRole("checkbox", { name: "Select all guests that match" }));
    await all.user.click(within(await bar()).getByRole("button", { name: verb }));
    return { ...all, dialog: await screen.findByRole("dialog") };
  };

  test("shows the plan first, then applies one guest after the other, and can be undone", async () => {
    const { shell, user, dialog } = await review(/^Unblock sign-in/);
    expect(within(dialog).getByText("Ada Blocked, Bo Blocked")).toBeTruthy();
    expect(within(dialog).getByText(/1 selected guest left out/)).toBeTruthy();
    expect(shell.callsOf("apply_plan")).toHaveLength(0);
    await user.click(within(dialog).getByRole("button", { name: "Apply 2 steps" }));
    await user.click(await within(dialog).findByRole("button", { name: "Undo 2 steps" }));
    await within(dialog).findByRole("button", { name: "Undo 2 steps" });
    expect(applied(shell.callsOf("apply_plan"))).toEqual(["one", "two", "one", "two"]);
    expect(shell.callsOf("apply_plan")[2]?.plan).toMatchObject({ verb: "blockSignIn" });
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("toolbar", { name: "Selected guests" })).toBeNull();
  });

  test("a deletion waits for the number to be typed", async () => {
    const { shell, user, dialog } = await review(/^Revoke invitation/);
    const apply = within(dialog).getByRole("button", { name: "Apply 3 steps" });
    expect(apply.getAttribute("aria-disabled")).toBe("true");
    await user.type(within(dialog).getByRole("textbox", { name: "Type 3 to go on" }), "3{Enter}");
    await within(dialog).findByRole("list", { name: "Results" });
    expect(applied(shell.callsOf("apply_plan"))).toEqual(["one", "two", "three"]);
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
  });

  test("what every guest would meet ends the run; nobody else is touched", async () => {
    const refused: Handlers = {
      ...guestHandlers(three),
      apply_plan: () => {
        throw problem("permissionMissing", "User.EnableDisableAccount.All is missing.");
      },
    };
    const { shell, user, dialog } = await review(/^Unblock sign-in/, refused);
    await user.click(within(dialog).getByRole("button", { name: "Apply 2 steps" }));
    expect(await within(dialog).findByText("1 failed, 1 not tried")).toBeTruthy();
    expect(shell.callsOf("apply_plan")).toHaveLength(1);
    expect(within(dialog).queryByRole("button", { name: /^Undo/ })).toBeNull();
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
  });
});

describe("the plan in words", () => {
  test("names the first three and counts the rest", () => {
    const names = manyGuests(5);
    expect(firstNames(names)).toMatch(/^[^,]+, [^,]+, [^,]+ and 2 more$/);
  });

  test("every action says what it does and whether it can be taken back", () => {
    for (const verb of [...bulkVerbs(false), ...bulkVerbs(true)]) {
      const { effect, undo } = bulkEffect(verb, 2);
      expect(effect).toContain("2 guests");
      expect(undo).not.toBe("");
    }
  });

  test("deleted guests can only come back", () => {
    const gone = guestView({ deletedAt: "2026-11-20T09:00:00Z" });
    expect(bulkVerbs(false).flatMap((verb) => fitting(verb, [gone]))).toEqual([]);
    expect(fitting("restore", [gone])).toEqual([gone]);
  });
});
