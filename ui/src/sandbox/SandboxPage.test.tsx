import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { SandboxView } from "../ipc/bindings";
import { parseAddress } from "../shell/address";
import { appView } from "../testing/appFixtures";
import { fakeShell, type Handlers, problem } from "../testing/fake";
import { guestHandlers } from "../testing/fixtures";
import { axeViolations, renderPage } from "../testing/render";
import { guestSideAnswer, handlers, sandboxAnswer } from "../testing/sandboxFixtures";
import { GUEST_PAGE_FRAME } from "./GuestPane";
import SandboxPage from "./SandboxPage";

async function open(more: Handlers = {}) {
  const shell = fakeShell({ ...guestHandlers([], appView()), ...handlers, ...more });
  renderPage(<SandboxPage />);
  await screen.findByRole("heading", { name: "Sandbox" });
  return shell;
}

const guestFrame = () => screen.findByTitle<HTMLIFrameElement>("The guest's page");

describe("the played guest", () => {
  it("is the guest of the running lesson, with the newest mail open", async () => {
    const shell = await open();

    expect(
      await screen.findByTitle(
        "Mail: Adele Vance invited you to access applications within their organization",
      ),
    ).toHaveProperty("src", "http://127.0.0.1:5190/mail/m3");
    expect(shell.callsOf("get_guest_side")[0]).toEqual({ mail: "grace.liu@northwind.example" });
    expect(screen.getByText("Managed home tenant")).toBeTruthy();
    expect(screen.getByText("Lesson 1, step 4 of 5: accept the permissions")).toBeTruthy();
  });

  it("is chosen by searching, and lives in the address", async () => {
    const user = userEvent.setup();
    const shell = await open();
    const picker = await screen.findByRole("combobox", { name: "You play the guest" });
    await waitFor(() => expect(picker).toHaveProperty("value", "grace.liu@northwind.example"));

    await user.click(picker);
    await user.type(picker, "yuki");
    await waitFor(() => expect(shell.callsOf("list_playable_guests").at(-1)).toEqual({ search: "yuki" }));
    await user.click(await screen.findByRole("option", { name: /Yuki Tanaka/ }));

    expect(Object.fromEntries(parseAddress(window.location.hash).params)).toEqual({
      mail: "yuki.tanaka.design@gmail.com",
    });
    expect((await guestFrame()).src).toBe(
      "http://127.0.0.1:5190/guest/start?mail=yuki.tanaka.design%40gmail.com",
    );
  });

  it("opens another mail beside the same page", async () => {
    const user = userEvent.setup();
    await open();
    const frame = await guestFrame();

    await user.click(await screen.findByRole("button", { name: /Your Authenticator is set up/ }));

    expect(await screen.findByTitle("Mail: Your Authenticator is set up")).toHaveProperty(
      "src",
      "http://127.0.0.1:5190/mail/m2",
    );
    expect(await guestFrame()).toBe(frame);
    expect(screen.getByText("Superseded by a newer mail")).toBeTruthy();
  });

  it("sees pages in a frame the mail can address, which runs no scripts and cannot leave", async () => {
    const user = userEvent.setup();
    await open();
    const frame = await guestFrame();
    const mail = await screen.findByTitle(/^Mail:/);

    expect(frame.name).toBe(GUEST_PAGE_FRAME);
    expect(frame.getAttribute("sandbox")?.split(" ").toSorted()).toEqual([
      "allow-forms",
      "allow-same-origin",
    ]);
    // A sandboxed mail could not open its link in the sibling frame.
    expect(mail.hasAttribute("sandbox")).toBe(false);
    expect(new URL(frame.src).origin).toBe(new URL((mail as HTMLIFrameElement).src).origin);

    await user.click(screen.getByRole("button", { name: /^Close this page/ }));
    expect(await guestFrame()).not.toBe(frame);
  });
});

describe("what the tenant logged", () => {
  it("follows what happens in the frames", async () => {
    const shell = await open();
    const table = await screen.findByRole("table", { name: "What your tenant logged" });
    expect(
      within(table)
        .getAllByRole("row")
        .slice(1)
        .map((row) => row.textContent),
    ).toEqual([
      "10:24Interrupted50058, not signed in yet",
      "10:14AuditAdd user sponsor",
      "10:14AuditInvite external user, by Adele Vance",
      "10:14AuditAdd user",
    ]);
    expect(screen.getByText(/If Grace closes the page before the end/)).toBeTruthy();

    shell.answer({
      get_guest_side: () => ({
        ...guestSideAnswer,
        log: [{ at: "2026-11-23T10:25:00Z", kind: "success", text: "0, My Apps" }, ...guestSideAnswer.log],
      }),
    });

    expect(await within(table).findByText("0, My Apps")).toBeTruthy();
    expect(screen.queryByText(/If Grace closes/)).toBeNull();
  });

  it("leads to the guest in the list, read anew", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("button", { name: "Open this guest" }));

    expect(window.location.hash).toBe("#/guests?open=guest-grace");
    expect(shell.callsOf("start_sync")).toHaveLength(1);
  });
});

describe("a person without a guest object", () => {
  it("can be invited, and cannot be opened", async () => {
    const user = userEvent.setup();
    const guest = { ...guestSideAnswer.guest, guestId: "" };
    await open({ get_guest_side: () => ({ guest, inbox: [], log: [] }) });

    await user.click(await screen.findByRole("button", { name: "Invite this person" }));

    expect(window.location.hash).toBe("#/invite?mail=grace.liu%40northwind.example");
    expect(screen.queryByRole("button", { name: "Open this guest" })).toBeNull();
    expect(screen.getByText("Nothing is logged about this guest yet.")).toBeTruthy();
    expect(screen.getByText("No mail has arrived.")).toBeTruthy();
  });
});

describe("the clock", () => {
  it("moves forward and says what happened on the way", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("button", { name: "Move the clock forward by 7 days" }));
    expect(await screen.findByText("Grace Liu: the passcode expired.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Next event" }));

    await waitFor(() =>
      expect(shell.callsOf("move_clock")).toEqual([
        { to: { to: "forward", seconds: 604_800 } },
        { to: { to: "nextEvent" } },
      ]),
    );
  });

  it("says why it did not move", async () => {
    const user = userEvent.setup();
    await open({
      move_clock: () => {
        throw problem("unexpected", "The sandbox has stopped.");
      },
    });

    await user.click(await screen.findByRole("button", { name: "Next event" }));

    expect(await screen.findByText("The sandbox has stopped.")).toBeTruthy();
  });
});

describe("scenarios, faults, lessons, administrators", () => {
  it("switch one scenario at a time", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("button", { name: "Scenarios" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: /^Inbound block/ }));

    expect(shell.callsOf("set_scenario")).toEqual([{ id: "inbound", on: true }]);
  });

  it("switch a fault off and on", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("switch", { name: "Replication lag, 30 s", checked: true }));
    await user.click(screen.getByRole("switch", { name: "Home tenant outage", checked: false }));

    expect(shell.callsOf("set_fault")).toEqual([
      { id: "lag", on: false },
      { id: "homeOutage", on: true },
    ]);
  });

  it("start a lesson and play its guest", async () => {
    const user = userEvent.setup();
    const started: SandboxView = {
      ...sandboxAnswer,
      lessons: sandboxAnswer.lessons.map((lesson) =>
        lesson.id === "wrong"
          ? { ...lesson, state: "running", mail: "yuki.tanaka.design@gmail.com" }
          : lesson,
      ),
    };
    const shell = await open();
    shell.answer({
      start_lesson: () => {
        shell.answer({ get_sandbox: () => started });
        return null;
      },
    });

    await user.click(await screen.findByRole("button", { name: /^2\. Wrong account/ }));
    await user.click(await screen.findByRole("button", { name: "Start" }));

    await waitFor(() => expect(window.location.hash).toBe("#/sandbox?mail=yuki.tanaka.design%40gmail.com"));
    expect(shell.callsOf("start_lesson")).toEqual([{ id: "wrong" }]);
  });

  it("show the steps that really happened", async () => {
    const user = userEvent.setup();
    await open();

    await user.click(await screen.findByRole("button", { name: /^1\. Redeem with Entra ID/ }));

    expect(screen.getAllByLabelText("Done:")).toHaveLength(3);
    expect(screen.getAllByLabelText("To do:")).toHaveLength(2);
  });

  it("sign in as another administrator", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("combobox", { name: "You are the administrator" }));
    await user.click(await screen.findByRole("option", { name: /Grady Archie/ }));

    expect(shell.callsOf("sign_in")).toEqual([
      { form: { method: "sandbox", admin: "grady.archie@contoso.com" } },
    ]);
  });
});

describe("the tenant", () => {
  it("is reset only after asking", async () => {
    const user = userEvent.setup();
    const shell = await open();

    await user.click(await screen.findByRole("button", { name: "Reset" }));
    // By its words: the focus trap of a dialog before it may still hide this one from roles in jsdom.
    expect(await screen.findByText("Reset the sandbox tenant?")).toBeTruthy();
    expect(shell.callsOf("reset_sandbox")).toHaveLength(0);
    await user.click(screen.getByText("Reset sandbox"));

    await waitFor(() => expect(shell.callsOf("reset_sandbox")).toHaveLength(1));
  });

  it("is offered where a real tenant is open", async () => {
    const user = userEvent.setup();
    const shell = await open({ get_sandbox: () => null });

    await user.click(await screen.findByRole("button", { name: "Open the sandbox tenant" }));

    await waitFor(() =>
      expect(shell.callsOf("sign_in")).toEqual([{ form: { method: "sandbox", admin: null } }]),
    );
    expect(document.querySelector("iframe")).toBeNull();
  });

  it("says when it cannot be reached", async () => {
    await open({
      get_sandbox: () => {
        throw problem("offline", "The sandbox has stopped.");
      },
    });

    expect((await screen.findAllByText(/The sandbox has stopped/)).length).toBeGreaterThan(0);
  });

  it("breaks no rule of accessibility", async () => {
    await open();
    await screen.findByRole("table", { name: "What your tenant logged" });

    expect(await axeViolations()).toEqual([]);
  });
});
