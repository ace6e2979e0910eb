import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";
import { App } from "../App";
import { startSession } from "../ipc/session";
import { prefetchFirstPage } from "../shell/pages";
import { appView, firstRun } from "../testing/appFixtures";
import { fakeShell, type Handlers, problem } from "../testing/fake";
import { axeViolations, renderPage } from "../testing/render";
import { SignInPage } from "./SignInPage";
import { startFieldErrors } from "./startForm";

const CLIENT = "0b1c2d3e-1111-4222-8333-444455556666";

const open = (more: Handlers = {}, app = firstRun()) => {
  const shell = fakeShell({
    get_app: () => app,
    sign_in: () => null,
    copy_text: () => null,
    open_tenant: () => null,
    ...more,
  });
  renderPage(<SignInPage />);
  return { shell, user: userEvent.setup() };
};

describe("first run", () => {
  test("the sandbox is one click away and asks for nothing", async () => {
    const { shell, user } = open();
    await user.click(await screen.findByRole("button", { name: "Explore the sandbox tenant" }));
    await waitFor(() =>
      expect(shell.callsOf("sign_in")).toEqual([{ form: { method: "sandbox", admin: null } }]),
    );
  });

  test("the table shows what is asked now and what later", async () => {
    const { user } = open();
    await user.click(await screen.findByRole("radio", { name: "Sign in with Microsoft" }));
    expect(screen.getByText("AuditLog.Read.All")).toBeTruthy();
    expect(screen.getAllByText("Now")).toHaveLength(3);
    expect(screen.getAllByText("Later")).toHaveLength(4);
  });

  test("Microsoft needs an application ID before the browser opens", async () => {
    const { shell, user } = open();
    await user.click(await screen.findByRole("radio", { name: "Sign in with Microsoft" }));
    const start = screen.getByRole("button", { name: "Sign in with Microsoft" });
    await user.click(start);
    expect(await screen.findByText(/Needed: the ID of the application/)).toBeTruthy();
    expect(shell.callsOf("sign_in")).toHaveLength(0);
    await user.type(screen.getByRole("textbox", { name: /Application \(client\) ID/ }), CLIENT);
    await user.type(screen.getByRole("textbox", { name: /Tenant ID or domain/ }), "contoso.com");
    await user.click(start);
    await waitFor(() =>
      expect(shell.callsOf("sign_in")).toEqual([
        {
          form: {
            method: "browser",
            cloud: "commercial",
            tenant: "contoso.com",
            clientId: CLIENT,
            remember: true,
          },
        },
      ]),
    );
  });

  test("a certificate needs application, tenant and file, and they are remembered", async () => {
    const { shell, user } = open();
    await user.click(await screen.findByRole("radio", { name: "App-only certificate" }));
    const start = screen.getByRole("button", { name: "App-only certificate" });
    await user.click(start);
    expect(await screen.findByText(/Needed: the ID of the application/)).toBeTruthy();
    expect(screen.getByText("Needed: an application has no tenant of its own.")).toBeTruthy();
    expect(screen.getByText("Needed: the path of the file.")).toBeTruthy();
    expect(shell.callsOf("sign_in")).toHaveLength(0);
    await user.type(screen.getByRole("textbox", { name: /Application \(client\) ID/ }), CLIENT);
    await user.type(screen.getByRole("textbox", { name: /Tenant ID or domain/ }), "contoso.com");
    await user.type(screen.getByRole("textbox", { name: /Certificate file/ }), "C:\\keys\\app.pem");
    await user.click(start);
    await waitFor(() =>
      expect(shell.callsOf("sign_in")).toEqual([
        {
          form: {
            method: "certificate",
            cloud: "commercial",
            tenant: "contoso.com",
            clientId: CLIENT,
            file: "C:\\keys\\app.pem",
          },
        },
      ]),
    );
    expect(localStorage.getItem("usher.app.certificate")).toBe("C:\\keys\\app.pem");
    expect(localStorage.getItem("usher.app.clientId")).toBe(CLIENT);
    expect(localStorage.getItem("usher.app.tenant")).toBe("contoso.com");
    expect(localStorage.getItem("usher.clientId"), "another application").toBeNull();
  });

  test("an application is told what an administrator grants it beforehand", async () => {
    const app = firstRun();
    const reading = {
      scope: "User.Read",
      why: "Your name",
      application: { name: "Organization.Read.All", why: "The tenant's name" },
      leastRole: "any account",
      changes: false,
      askedAtSignIn: true,
      held: null,
    };
    const { shell, user } = open({}, { ...app, permissions: [reading, ...app.permissions] });
    await user.click(await screen.findByRole("radio", { name: "App-only certificate" }));
    expect(screen.getByText("Organization.Read.All")).toBeTruthy();
    expect(screen.queryByText("User.Read")).toBeNull();
    expect(screen.queryByText("Least role or licence")).toBeNull();
    expect(screen.getAllByText("Changes")).toHaveLength(3);
    await user.click(screen.getByRole("button", { name: /Copy as a request/ }));
    const [copied] = shell.callsOf("copy_text");
    expect(copied?.text).toContain("- Organization.Read.All: The tenant's name\n");
    expect(copied?.text).not.toMatch(/Delegated|Global Reader/);
  });

  test("while the browser is waited for, one can stop waiting", async () => {
    const { shell, user } = open({ sign_in: () => new Promise(() => {}), cancel_sign_in: () => null });
    await user.click(await screen.findByRole("radio", { name: "Use Azure CLI" }));
    await user.click(screen.getByRole("button", { name: "Use Azure CLI" }));
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(shell.callsOf("cancel_sign_in")).toHaveLength(1);
  });

  test("a missing consent stays on the page with a request to copy", async () => {
    const { shell, user } = open({
      sign_in: () => {
        throw problem("consentNeeded", "Entra answered AADSTS65001.");
      },
    });
    await user.click(await screen.findByRole("radio", { name: "Use Azure CLI" }));
    await user.click(screen.getByRole("button", { name: "Use Azure CLI" }));
    expect(await screen.findByText(/AADSTS65001/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Copy request" }));
    await waitFor(() => expect(String(shell.callsOf("copy_text")[0]?.text)).toContain("AuditLog.Read.All"));
  });

  test("without a keychain nothing can be remembered", async () => {
    const app = firstRun({ keychain: { kind: "sessionOnly", reason: "No keychain was found." } });
    const { user } = open({}, app);
    await user.click(await screen.findByRole("radio", { name: "Sign in with Microsoft" }));
    expect((screen.getByRole("checkbox") as HTMLInputElement).disabled).toBe(true);
  });

  test("a tenant read before opens from its archive", async () => {
    const known = appView().knownTenants;
    const { shell, user } = open({}, firstRun({ knownTenants: known }));
    await user.click(await screen.findByRole("button", { name: /Open Contoso/ }));
    await waitFor(() => expect(shell.callsOf("open_tenant")).toEqual([{ tenantId: "t1" }]));
  });

  test("breaks no accessibility rule", async () => {
    fakeShell({ get_app: () => firstRun() });
    render(<App session={startSession(prefetchFirstPage)} />);
    await userEvent.setup().click(await screen.findByRole("radio", { name: "Sign in with Microsoft" }));
    expect(await axeViolations()).toEqual([]);
  });
});

test.each([
  ["contoso", "tenant"],
  ["not a domain.com", "tenant"],
])("the tenant %s is refused", (tenant, field) => {
  const fields = {
    method: "azureCli",
    cloud: "commercial",
    tenant,
    clientId: "",
    certificate: "",
    appClientId: "",
    appTenant: "",
    remember: false,
  } as const;
  expect(Object.keys(startFieldErrors(fields))).toEqual([field]);
});
