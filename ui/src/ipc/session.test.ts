import { waitFor } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { prefetchFirstPage } from "../shell/pages";
import { appView, firstRun } from "../testing/appFixtures";
import { fakeShell, problem } from "../testing/fake";
import { handlers as overviewHandlers } from "../testing/overviewFixtures";
import { overviewQuery } from "./queries";
import { type Session, startSession } from "./session";

const nothing = () => Promise.resolve();
const isReady = (session: Session) => waitFor(() => expect(session.beginning()).toBe("ready"));

describe("the session", () => {
  test("a state that arrives before the answer is newer than the answer", async () => {
    let answer = (_: unknown) => {};
    const shell = fakeShell({ get_app: () => new Promise((done) => (answer = done)) });
    const session = startSession(nothing);
    await waitFor(() => expect(shell.callsOf("get_app")).toHaveLength(1));
    const newer = appView({ connection: { state: "offline", dataFrom: "2026-11-22T17:02:00Z" } });
    await shell.changeApp(newer);
    answer(appView());
    await isReady(session);
    expect(session.frame()?.app.connection.state).toBe("offline");
  });

  test("an answer that fails after a state arrived takes nothing away", async () => {
    let refuse = () => {};
    const shell = fakeShell({
      get_app: () => new Promise((_, fail) => (refuse = () => fail(problem("unexpected")))),
    });
    const session = startSession(nothing);
    await waitFor(() => expect(shell.callsOf("get_app")).toHaveLength(1));
    await shell.changeApp(appView());
    refuse();
    await isReady(session);
  });

  test("a program that does not answer is said, and asked again", async () => {
    const shell = fakeShell({
      get_app: () => {
        throw problem("busy", "Try later.");
      },
    });
    const session = startSession(nothing);
    await waitFor(() => expect(session.beginning()).toMatchObject({ code: "busy", message: "Try later." }));
    shell.answer({ get_app: () => appView() });
    session.retry();
    expect(session.beginning()).toBe("starting");
    await isReady(session);
    expect(session.frame()?.app.tenant?.name).toBe(appView().tenant?.name);
  });

  test("the first page's answers are there before it is drawn, also where the tenant was opened later", async () => {
    const refused = vi.fn(() => {
      throw problem("notFound", "No tenant is open.");
    });
    const shell = fakeShell({ get_app: () => firstRun({ opening: true }), get_overview: refused });
    const session = startSession(prefetchFirstPage);
    await waitFor(() => expect(refused).toHaveBeenCalled());
    await waitFor(() => expect(session.frame()).not.toBeNull());
    expect(session.beginning()).toBe("starting");
    shell.answer(overviewHandlers);
    await shell.changeApp(appView());
    await isReady(session);
    expect(session.client.getQueryData(overviewQuery({}).queryKey)).toBeDefined();
  });

  test("where no tenant is open nothing is waited for", async () => {
    fakeShell({ get_app: () => firstRun() });
    const session = startSession(prefetchFirstPage);
    await isReady(session);
    expect(session.frame()?.app.tenant).toBeNull();
  });
});
