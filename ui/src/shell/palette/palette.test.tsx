import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { appView } from "../../testing/appFixtures";
import { fakeShell, type Handlers } from "../../testing/fake";
import { guestHandlers } from "../../testing/fixtures";
import { overviewAnswer } from "../../testing/overviewFixtures";
import { axeViolations, renderPage } from "../../testing/render";
import { SearchBox } from "../SearchBox";

const open = async (more: Handlers = {}, app = appView()) => {
  window.location.hash = "#/overview";
  const shell = fakeShell({ ...guestHandlers(undefined, app), get_overview: () => overviewAnswer, ...more });
  renderPage(<SearchBox />);
  const user = userEvent.setup();
  const box = await screen.findByRole("combobox", { name: /Find a guest/ });
  await user.keyboard("{Control>}k{/Control}");
  expect(document.activeElement).toBe(box);
  return { shell, user, box };
};

const options = () => screen.getAllByRole("option").map((option) => option.textContent);
const group = (name: string) => within(screen.getByRole("group", { name }));

describe("the command palette", () => {
  test("offers pages and commands before anything is typed, and Enter does nothing yet", async () => {
    const { user, box } = await open();
    expect(options()).toContain("Go to GuestsCtrl 2");
    expect(options()).toContain("Read what is new in the tenantF5");
    expect(box.getAttribute("aria-activedescendant")).toBeNull();
    await user.keyboard("{Enter}");
    expect(window.location.hash).toBe("#/overview");
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(window.location.hash).toBe("#/guests");
  });

  test("a guest is opened in the list of those that match", async () => {
    const { user, box } = await open();
    await user.keyboard("herrera");
    const guest = await group("Guests").findByRole("option", { name: /Tomás Herrera/ });
    expect(group("Guests").getByRole("option", { name: /Guests that match “herrera”/ })).toBeTruthy();
    await user.keyboard("{ArrowDown}");
    expect(box.getAttribute("aria-activedescendant")).toBe(guest.id);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/guests\?search=herrera&open=.+/));
    expect((box as HTMLInputElement).value).toBe("");
    expect(screen.queryByRole("listbox")).toBeNull();
  });

  test.each(["AADSTS500121", "5001", "mfa not"])("%s finds the failure reason", async (text) => {
    const { user } = await open();
    await user.keyboard(text);
    await user.click(await screen.findByRole("option", { name: /MFA not completed.*AADSTS500121.*24/ }));
    expect(window.location.hash).toBe("#/guests?reason=mfaNotCompleted");
  });

  test("a correlation ID leads to the guest and the row, whoever it was", async () => {
    const id = "8d5e1c7a-2b1f-4c8e-9a77-0e6a5c02b3aa";
    const found = {
      guestId: "7f3c0a52-51d1-4c5e-9a77-0e6a5c02b3aa",
      displayName: "Tomás Herrera",
      source: "signIn",
      at: "2026-11-20T07:55:00Z",
      row: "signin-42",
    };
    const { shell, user } = await open({ find_row: () => found });
    await user.keyboard(id);
    const row = await group("Log rows").findByRole("option", { name: /Tomás Herrera.*Sign-in row, 20 Nov/ });
    expect(shell.callsOf("find_row")).toEqual([{ id }]);
    await waitFor(() => expect(screen.getAllByRole("option")[0]).toBe(row));
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(window.location.hash).toBe(
        `#/guests?search=${found.guestId}&open=${found.guestId}&row=signin-42`,
      ),
    );
  });

  test("a correlation ID nobody has leads nowhere", async () => {
    const { shell, user } = await open({ find_row: () => null });
    await user.keyboard("8d5e1c7a-2b1f-4c8e-9a77-0e6a5c02b3aa");
    await waitFor(() => expect(shell.callsOf("find_row")).toHaveLength(1));
    expect(screen.queryByRole("group", { name: "Log rows" })).toBeNull();
  });

  test("where no guest is called so, the command is first", async () => {
    const { shell, user } = await open({ start_sync: () => null });
    await user.keyboard("what is new");
    await waitFor(() =>
      expect(screen.getAllByRole("option")[0]?.textContent).toBe("Read what is new in the tenantF5"),
    );
    await user.keyboard("{Enter}");
    await waitFor(() => expect(shell.callsOf("start_sync")).toHaveLength(1));
  });

  test("another tenant is opened by its name", async () => {
    const other = { id: "t2", name: "Fabrikam", domain: "fabrikam.com", sandbox: false, premium: null };
    const app = appView({ knownTenants: [...appView().knownTenants, other] });
    const { shell, user } = await open({ open_tenant: () => null }, app);
    await user.keyboard("open fab");
    await user.click(await screen.findByRole("option", { name: /Open Fabrikam/ }));
    await waitFor(() => expect(shell.callsOf("open_tenant")).toEqual([{ tenantId: "t2" }]));
  });

  test("Esc closes it, once more clears it; leaving it closes it", async () => {
    const { user, box } = await open();
    await user.keyboard("herrera");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).toBeNull();
    expect((box as HTMLInputElement).value).toBe("herrera");
    await user.keyboard("{ArrowDown}");
    expect(screen.getByRole("listbox")).toBeTruthy();
    await user.keyboard("{Escape}{Escape}");
    expect((box as HTMLInputElement).value).toBe("");
    await user.keyboard("x");
    expect(screen.getByRole("listbox")).toBeTruthy();
    await user.tab();
    await waitFor(() => expect(screen.queryByRole("listbox")).toBeNull());
  });

  test("breaks no accessibility rule", async () => {
    const { user } = await open();
    await user.keyboard("herrera");
    await group("Guests").findByRole("option", { name: /Tomás Herrera/ });
    expect(await axeViolations()).toEqual([]);
  });
});
