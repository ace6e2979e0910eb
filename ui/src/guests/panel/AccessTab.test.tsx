import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { GuestAccessView } from "../../ipc/bindings";
import { appView } from "../../testing/appFixtures";
import { fakeShell, problem } from "../../testing/fake";
import { guestDetail, guestHandlers, people } from "../../testing/fixtures";
import { axeViolations, renderPage } from "../../testing/render";
import GuestsPage from "../GuestsPage";

const given: GuestAccessView = {
  state: "read",
  roles: [{ id: "r", name: "Guest Inviter" }],
  groups: [
    { id: "g1", name: "All guests", kind: "security", isDynamic: true, isRoleAssignable: false },
    {
      id: "g2",
      name: "Project <b>Aurora</b>",
      kind: "microsoft365",
      isDynamic: false,
      isRoleAssignable: true,
    },
    {
      id: "4e0f0000-1111-2222-3333-444444444444",
      name: null,
      kind: null,
      isDynamic: null,
      isRoleAssignable: false,
    },
  ],
  apps: [
    {
      id: "1",
      servicePrincipal: "a",
      name: "Contoso Supplier Portal",
      through: null,
      assignedAt: "2026-10-12T09:00:00Z",
    },
    {
      id: "2",
      servicePrincipal: "a",
      name: "Contoso Supplier Portal",
      through: "Partners",
      assignedAt: null,
    },
  ],
  readAt: "2026-11-23T10:24:00Z",
};

async function openTab(answer: () => GuestAccessView, app = appView()) {
  window.location.hash = "#/guests";
  const shell = fakeShell({
    ...guestHandlers(people, app),
    get_guest: ({ id }) => ({ ...guestDetail(), guest: people.find((guest) => guest.id === id) }),
    get_guest_access: answer,
  });
  renderPage(<GuestsPage />);
  const user = userEvent.setup();
  await user.click(await screen.findByText("Tomás Herrera"));
  await user.click(await screen.findByRole("tab", { name: "Access" }));
  return { shell, user, panel: await screen.findByRole("tabpanel", { name: "Access" }) };
}

test("roles stand out, groups say their kind, what is not readable says so", async () => {
  const { panel, shell } = await openTab(() => given);
  const roles = await within(panel).findByRole("region", { name: "Directory roles" });
  expect(within(roles).getByText("Guest Inviter")).toBeTruthy();
  expect(within(roles).getByText("Elevated")).toBeTruthy();
  const groups = within(panel).getByRole("region", { name: "Groups" });
  expect(within(groups).getByText("Groups (3)")).toBeTruthy();
  expect(within(groups).getByText("Security · Dynamic")).toBeTruthy();
  expect(within(groups).getByText("Microsoft 365 · Assigned")).toBeTruthy();
  expect(within(groups).getByText("Role-assignable")).toBeTruthy();
  expect(within(groups).getByText("Project <b>Aurora</b>")).toBeTruthy();
  const unnamed = within(groups).getByText("Name not readable: 4e0f0000-1111-2222-3333-444444444444");
  expect(unnamed.closest("li")?.textContent).not.toMatch(/Assigned|Dynamic/);
  const apps = within(panel).getByRole("region", { name: "Applications" });
  expect(within(apps).getByText("Assigned 12 Oct")).toBeTruthy();
  expect(within(apps).getByText("Partners").parentElement?.textContent).toBe("Through the group Partners");
  expect(shell.callsOf("get_guest_access")).toEqual([{ id: people[0]?.id, mayAsk: false }]);
  expect(await axeViolations()).toEqual([]);
});

test("a permission that is missing is asked for only when wanted", async () => {
  const permission = "Directory.Read.All · Guest Inviter or Directory Readers · you have it";
  const needed: GuestAccessView = { state: "permissionNeeded", permission, held: true };
  const { panel, shell, user } = await openTab(() => needed);
  expect(await within(panel).findByText(/Directory.Read.All · Guest Inviter/)).toBeTruthy();
  shell.answer({ get_guest_access: () => given });
  await user.click(within(panel).getByRole("button", { name: "Allow reading" }));
  expect(await within(panel).findByText("Elevated")).toBeTruthy();
  expect(shell.callsOf("get_guest_access").at(-1)).toEqual({ id: people[0]?.id, mayAsk: true });
});

test("an answer that comes when another guest is open stays with its own", async () => {
  const permission = "Directory.Read.All · Guest Inviter or Directory Readers · you have it";
  const needed: GuestAccessView = { state: "permissionNeeded", permission, held: true };
  const { shell, user } = await openTab(() => needed);
  const allow = () => screen.findByRole("button", { name: "Allow reading" });
  const go = async (name: string) => {
    await user.click(within(screen.getByRole("grid")).getByText(name));
    await screen.findByRole("heading", { name });
  };
  // Both have been read once: the panel then changes without a pause.
  await go("Ines Dahl");
  await allow();
  await go("Tomás Herrera");
  let answer: (access: GuestAccessView) => void = () => undefined;
  const asked = new Promise<GuestAccessView>((resolve) => {
    answer = resolve;
  });
  shell.answer({
    get_guest_access: ({ mayAsk }) => (mayAsk ? asked : needed),
    cancel_sign_in: () => null,
  });
  await user.click(await allow());
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(shell.callsOf("cancel_sign_in")).toHaveLength(1);
  await go("Ines Dahl");
  await allow();
  answer(given);
  await waitFor(() =>
    expect(shell.callsOf("get_guest_access").filter((call) => call.mayAsk)).toHaveLength(1),
  );
  await asked;
  expect(screen.queryByText("Elevated")).toBeNull();
  shell.answer({ get_guest_access: () => given });
  await go("Tomás Herrera");
  expect(await screen.findByText("Elevated")).toBeTruthy();
});

test("what the account's roles do not allow cannot be pressed, but requested", async () => {
  const permission = "Directory.Read.All · Guest Inviter or Directory Readers · you do not have it";
  const needed: GuestAccessView = { state: "permissionNeeded", permission, held: false };
  const { panel, shell, user } = await openTab(() => needed);
  const allow = await within(panel).findByRole("button", { name: "Allow reading" });
  expect(allow.getAttribute("aria-disabled")).toBe("true");
  shell.answer({ copy_text: () => null });
  await user.click(within(panel).getByRole("button", { name: "Copy request" }));
  expect(shell.callsOf("copy_text")[0]?.text).toContain("Directory.Read.All");
});

test("a refusal is told, and trying again may help", async () => {
  const { panel, shell, user } = await openTab(() => {
    throw problem("permissionMissing", "Your account may not read it.");
  });
  expect(await within(panel).findByText(/Your account may not read it/)).toBeTruthy();
  shell.answer({ get_guest_access: () => ({ ...given, roles: [], groups: [], apps: [] }) });
  await user.click(within(panel).getByRole("button", { name: "Try again" }));
  expect(await within(panel).findByText("No active role given directly.")).toBeTruthy();
  expect(within(panel).getByText("In no group.")).toBeTruthy();
  expect(within(panel).getByText("No application is assigned.")).toBeTruthy();
});

test("what was read stays below the failure to read it anew", async () => {
  const { panel, shell, user } = await openTab(() => given);
  await within(panel).findByText("Elevated");
  shell.answer({
    get_guest_access: () => {
      throw problem("permissionMissing", "Your account may no longer read it.");
    },
  });
  await user.click(screen.getByRole("tab", { name: "Logs" }));
  await user.click(screen.getByRole("tab", { name: "Access" }));
  const again = screen.getByRole("tabpanel", { name: "Access" });
  expect(await within(again).findByText(/Your account may no longer read it/)).toBeTruthy();
  expect(screen.getByText("Elevated")).toBeTruthy();
});

test("offline says that it is not kept, and asks nobody", async () => {
  const offline = appView({ connection: { state: "offline", dataFrom: "2026-11-22T18:02:00Z" } });
  const { panel, shell } = await openTab(() => given, offline);
  expect(await within(panel).findByText(/not kept on this computer/)).toBeTruthy();
  await waitFor(() => expect(shell.callsOf("get_guest_access")).toHaveLength(0));
});
