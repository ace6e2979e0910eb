import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { App } from "../App";
import type { AppView, ConnectionView } from "../ipc/bindings";
import { startSession } from "../ipc/session";
import { appView, firstRun } from "../testing/appFixtures";
import { fakeShell } from "../testing/fake";
import { guestHandlers, people } from "../testing/fixtures";
import { handlers as overview } from "../testing/overviewFixtures";
import { axeViolations } from "../testing/render";
import { hrefFromViewLink, parseAddress } from "./address";
import { connectionChip } from "./ConnectionChip";
import { prefetchFirstPage } from "./pages";
import { syncText } from "./StatusBar";

const now = new Date("2026-11-23T10:24:00Z");

const open = (app: AppView = appView(), hash = "#/guests") => {
  window.location.hash = hash;
  const shell = fakeShell({ ...guestHandlers(people, app), ...overview, get_app: () => app });
  render(<App session={startSession(prefetchFirstPage)} />);
  return { shell, user: userEvent.setup() };
};

describe("the frame", () => {
  test("lists the pages that exist and marks the current one", async () => {
    open();
    const rail = await screen.findByRole("navigation", { name: "Pages" });
    expect(
      within(rail)
        .getAllByRole("link")
        .map((link) => link.textContent),
    ).toEqual(["Overview", "Guests", "Invite", "Sandbox"]);
    expect(within(rail).getByRole("link", { current: "page" }).textContent).toBe("Guests");
  });

  test("shows the sign-in and no rail before a tenant is open, and the tenant once it is", async () => {
    const { shell } = open(firstRun(), "");
    expect(await screen.findByText("How do you want to start?")).toBeTruthy();
    expect(screen.queryByRole("navigation")).toBeNull();
    await shell.changeApp(appView());
    expect(await screen.findByRole("navigation", { name: "Pages" })).toBeTruthy();
    await waitFor(() => expect(window.location.hash).toBe("#/overview"));
  });

  test("waits for the tenant of the last session instead of asking how to start", async () => {
    const { shell } = open(firstRun({ opening: true }), "");
    expect(await screen.findByText("Opening Usher")).toBeTruthy();
    expect(screen.queryByText("How do you want to start?")).toBeNull();
    await shell.changeApp(appView());
    expect(await screen.findByRole("navigation", { name: "Pages" })).toBeTruthy();
  });

  test("asks how to start where the tenant of the last session could not be opened", async () => {
    const { shell } = open(firstRun({ opening: true }), "");
    expect(await screen.findByText("Opening Usher")).toBeTruthy();
    const notOpened = {
      code: "wrongKey",
      message: "The archive was encrypted with another key.",
      nextStep: "Sign in again.",
      retryAfterSeconds: null,
      requestId: null,
    } as const;
    await shell.changeApp(firstRun({ knownTenants: appView().knownTenants, notOpened }));
    expect(await screen.findByText("How do you want to start?")).toBeTruthy();
    expect(screen.getByText(/The archive was encrypted with another key\. Sign in again\./)).toBeTruthy();
  });

  test("says who is signed in and how far reading is; each part is a button", async () => {
    const { user } = open();
    expect(
      await screen.findByText("Sign-in logs: 174 of 212 pages, about 2 min left, resumes if interrupted"),
    ).toBeTruthy();
    await user.click(screen.getByRole("button", { name: /Adele Vance · User Administrator/ }));
    expect(await screen.findByText("What this account may do")).toBeTruthy();
    expect(screen.getAllByText("You have it").length).toBe(7);
  });

  test("a running read can be stopped", async () => {
    const { shell, user } = open();
    shell.answer({ cancel_sync: () => null });
    await user.click(await screen.findByRole("button", { name: /Sign-in logs: 174/ }));
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    await waitFor(() => expect(shell.callsOf("cancel_sync")).toHaveLength(1));
  });

  test("Ctrl+digit opens a page, Ctrl+K finds a guest, a pasted link opens its view", async () => {
    const { user } = open();
    await screen.findByText("Tomás Herrera");
    await user.keyboard("{Control>}k{/Control}");
    await user.keyboard("herrera{Enter}");
    await waitFor(() => expect(window.location.hash).toBe("#/guests?search=herrera"));
    await user.keyboard("{Control>}k{/Control}");
    await user.paste("usher:/guests?standing=open");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(window.location.hash).toBe("#/guests?standing=open"));
    await user.keyboard("{Control>}4{/Control}");
    await waitFor(() => expect(window.location.hash).toBe("#/invite"));
  });

  test("help lists the keys", async () => {
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Keyboard and version" }));
    expect(await screen.findByText(/^Find a guest, a failure reason/)).toBeTruthy();
    expect(screen.getByText("Ctrl+2")).toBeTruthy();
  });

  test("the sandbox tenant is called what it is, and opening it signs in to it", async () => {
    const sandbox = { id: "s1", name: "Contoso", domain: "contoso.com", sandbox: true, premium: true };
    const { shell, user } = open(appView({ knownTenants: [...appView().knownTenants, sandbox] }));
    await user.click(await screen.findByRole("button", { name: /^Tenant Contoso/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: /Sandbox tenant/ }));
    await waitFor(() =>
      expect(shell.callsOf("sign_in")).toEqual([{ form: { method: "sandbox", admin: null } }]),
    );
    expect(shell.callsOf("open_tenant")).toEqual([]);
  });

  test("the theme is remembered", async () => {
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Use the dark theme" }));
    expect(localStorage.getItem("usher.theme")).toBe("dark");
    expect(document.documentElement.style.colorScheme).toBe("dark");
  });

  test("another tenant is opened from the switcher", async () => {
    const other = { id: "t2", name: "Fabrikam", domain: "fabrikam.com", sandbox: false, premium: null };
    const { shell, user } = open(appView({ knownTenants: [...appView().knownTenants, other] }));
    await user.click(await screen.findByRole("button", { name: /^Tenant Contoso/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: /Fabrikam/ }));
    await waitFor(() => expect(shell.callsOf("open_tenant")).toEqual([{ tenantId: "t2" }]));
  });

  test("says when there is no keychain and when an archive was set aside", async () => {
    open(
      appView({
        keychain: { kind: "sessionOnly", reason: "No keychain was found. Install one and restart Usher." },
        archive: {
          bytes: 1,
          setAside: { path: "/data/archive.damaged", salvagedRows: 12, lost: "Sign-in rows of 3 days." },
        },
      }),
    );
    expect(await screen.findByText(/No keychain was found/)).toBeTruthy();
    expect(screen.getByText(/12 rows were saved/)).toBeTruthy();
  });

  test("a program that does not answer is said, and can be asked again", async () => {
    const shell = fakeShell({});
    render(<App session={startSession(prefetchFirstPage)} />);
    const retry = await screen.findByRole("button", { name: "Try again" });
    shell.answer({ ...guestHandlers(), ...overview, get_app: () => appView() });
    await userEvent.setup().click(retry);
    expect(await screen.findByRole("navigation", { name: "Pages" })).toBeTruthy();
  });

  test("breaks no accessibility rule", async () => {
    open();
    await screen.findByText("Tomás Herrera");
    expect(await axeViolations()).toEqual([]);
  });
});

describe("the connection chip", () => {
  const chip = (connection: ConnectionView, more: Partial<AppView> = {}) =>
    connectionChip(appView({ connection, ...more }), now).text;
  test.each<[ConnectionView, string]>([
    [{ state: "notConnected" }, "Not connected"],
    [{ state: "online", syncedAt: null }, "Online · never synced"],
    [{ state: "online", syncedAt: "2026-11-23T10:20:00Z" }, "Online · synced 4 min ago"],
    [{ state: "offline", dataFrom: "2026-11-22T18:02:00Z" }, "Offline · data from 22 Nov 18:02"],
    [{ state: "signInExpired", dataFrom: null }, "Sign-in expired · sign in again"],
    [{ state: "throttled", until: "2026-11-23T10:24:12Z" }, "Throttled · continues in 12 s"],
  ])("%o", (connection, text) => expect(chip(connection)).toBe(text));

  test("in the sandbox nothing leaves this computer", () => {
    const sandbox = {
      id: "s1",
      name: "Sandbox tenant",
      domain: "contoso-sandbox",
      sandbox: true,
      premium: true,
    };
    expect(chip({ state: "online", syncedAt: null }, { tenant: sandbox })).toBe(
      "Sandbox: nothing leaves this computer",
    );
  });
});

test("an early end of reading keeps what was read, in words", () => {
  expect(syncText({ state: "cancelled", at: now.toISOString() }, now).text).toContain(
    "What was read is kept",
  );
  const running = {
    state: "running",
    phase: "guests",
    pagesDone: 1,
    pagesTotal: null,
    rows: 500,
    secondsLeft: null,
  } as const;
  expect(syncText(running, now).text).toBe("Guests: 1 page, resumes if interrupted");
  expect(syncText({ state: "completed", at: "2026-11-23T10:20:00Z", rows: 1234 }, now).text).toBe(
    "Read 1,234 rows, 4 min ago",
  );
});

test("addresses are read and foreign text is no link", () => {
  expect(parseAddress("#/guests?open=x").page).toBe("guests");
  expect(parseAddress("").page).toBe("");
  expect(hrefFromViewLink("usher:/guests?a=b")).toBe("#/guests?a=b");
  expect(hrefFromViewLink("https://evil.example/guests")).toBeNull();
});
