import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import type { InviteForm } from "../ipc/bindings";
import { appView } from "../testing/appFixtures";
import { fakeShell, type Handlers, problem } from "../testing/fake";
import { guestHandlers } from "../testing/fixtures";
import { handlers } from "../testing/inviteFixtures";
import { axeViolations, renderPage } from "../testing/render";
import InvitePage from "./InvitePage";
import { emptyFields, inviteForm } from "./inviteFields";

const open = (more: Handlers = {}, app = appView()) => {
  const shell = fakeShell({ ...guestHandlers([], app), ...handlers, ...more });
  renderPage(<InvitePage />);
  return { shell, user: userEvent.setup() };
};
const mailField = () => screen.findByRole("textbox", { name: /Mail address/ });
const reviewButton = () => screen.getByRole("button", { name: "Review + invite" });

describe("before anything is sent", () => {
  test("the verdict and the path appear while typing, after a pause", async () => {
    const { shell, user } = open();
    await user.type(await mailField(), "noah.keller@fabrikam.com");
    expect(await screen.findByText("Ready")).toBeTruthy();
    expect(screen.getByText("Review permissions")).toBeTruthy();
    expect(screen.getByText("What the partner's own settings forbid.")).toBeTruthy();
    expect(screen.getByText(/^Predicted from your tenant's settings, read 22 Nov/)).toBeTruthy();
    expect(shell.callsOf("invite_guest")).toHaveLength(0);
    expect(shell.callsOf("check_invitation").length).toBeLessThan(5);
  });

  test("an address can come with the link", async () => {
    window.location.hash = "#/invite?mail=noah.keller%40fabrikam.com";
    open();
    expect(((await mailField()) as HTMLInputElement).value).toBe("noah.keller@fabrikam.com");
    expect(await screen.findByText("Ready")).toBeTruthy();
  });

  test("an own address is blocked and cannot be sent", async () => {
    const { shell, user } = open();
    await user.type(await mailField(), "paula@contoso.com");
    expect(await screen.findByText("Blocked")).toBeTruthy();
    expect(screen.getByText(/belongs to your own tenant/)).toBeTruthy();
    expect(reviewButton().getAttribute("aria-disabled")).toBe("true");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(shell.callsOf("invite_guest")).toHaveLength(0);
  });

  test("a predicted stop is said, and the guest who is there already is linked", async () => {
    const { user } = open();
    await user.type(await mailField(), "priya.raman@litware.example");
    expect(await screen.findByText("Stops: AADSTS500213")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Open the guest" }).getAttribute("href")).toBe(
      "#/guests?open=priya.raman%40litware.example",
    );
  });

  test("offline it is checked, not sent", async () => {
    const app = appView({ connection: { state: "offline", dataFrom: "2026-11-22T18:02:00Z" } });
    const { user } = open({}, app);
    await user.type(await mailField(), "noah.keller@fabrikam.com");
    expect(await screen.findByText("Ready")).toBeTruthy();
    expect(screen.getByText(/^Settings from 22 Nov .*, check again before sending$/)).toBeTruthy();
    expect(reviewButton().getAttribute("aria-disabled")).toBe("true");
  });
});

describe("inviting", () => {
  const review = async (more: Handlers = {}, app = appView()) => {
    const all = open(more, app);
    await all.user.type(await mailField(), "noah.keller@fabrikam.com");
    await waitFor(() => expect(reviewButton().getAttribute("aria-disabled")).not.toBe("true"));
    await all.user.keyboard("{Control>}{Enter}{/Control}");
    const dialog = await screen.findByRole("dialog");
    return { ...all, dialog };
  };

  test("says what will happen, sends once, and shows where the guest is", async () => {
    const { shell, user, dialog } = await review();
    expect(within(dialog).getByText(/A sent mail cannot be taken back/)).toBeTruthy();
    expect(shell.callsOf("invite_guest")).toHaveLength(0);
    await user.keyboard("{Enter}");
    expect(await screen.findByText("is invited", { exact: false })).toBeTruthy();
    expect(shell.callsOf("invite_guest").map((call) => (call.form as InviteForm).mail)).toEqual([
      "noah.keller@fabrikam.com",
    ]);
    expect(screen.queryByRole("button", { name: /Play this guest/ })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Open the guest" }));
    expect(window.location.hash).toBe("#/guests?open=new-guest");
  });

  test("in the sandbox the guest can be played at once", async () => {
    const sandbox = {
      id: "s1",
      name: "Sandbox tenant",
      domain: "contoso-sandbox",
      sandbox: true,
      premium: true,
    };
    const { user } = await review({}, appView({ tenant: sandbox }));
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("button", { name: "Play this guest in the sandbox" }));
    expect(window.location.hash).toBe("#/sandbox?mail=noah.keller%40fabrikam.com");
  });

  test("a refusal stays in the review; a lost answer is not repeated", async () => {
    const { user, dialog, shell } = await review({
      invite_guest: () => {
        throw problem("outcomeUnknown", "The answer got lost.");
      },
    });
    await user.keyboard("{Enter}");
    await within(dialog).findAllByText(/The answer got lost/);
    const send = within(dialog).getByRole("button", { name: "Invite" });
    expect(send.getAttribute("aria-disabled")).toBe("true");
    await user.click(send);
    expect(shell.callsOf("invite_guest")).toHaveLength(1);
  });

  test("breaks no accessibility rule", async () => {
    await review();
    expect(await axeViolations()).toEqual([]);
  });
});

test("what a switched-off mail would carry is left out", () => {
  const fields = {
    ...emptyFields,
    mail: " a@b.example ",
    message: "Hello",
    cc: "c@d.example",
    language: "de-DE",
  };
  expect(inviteForm(fields)).toMatchObject({ mail: "a@b.example", message: "Hello", cc: "c@d.example" });
  expect(inviteForm({ ...fields, sendMessage: false })).toMatchObject({
    sendMessage: false,
    message: null,
    cc: null,
    language: null,
  });
});
