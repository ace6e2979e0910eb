import { createContext, type ReactNode, useCallback, useContext, useMemo, useSyncExternalStore } from "react";
import type { AppView, ProblemView } from "./bindings";
import type { Frame, Session } from "./session";

const SessionContext = createContext<Session | null>(null);

interface Props {
  session: Session;
  children: ReactNode;
  /** Shown until the frame can be drawn. */
  starting: ReactNode;
  /** Shown where the program does not answer at all. */
  failed: (problem: ProblemView, retry: () => void) => ReactNode;
}

/** Shows the window once the state of its frame is there. */
export function AppProvider({ session, children, starting, failed }: Props) {
  const beginning = useSyncExternalStore(session.subscribe, session.beginning);
  if (beginning === "starting") return starting;
  if (typeof beginning === "object") return failed(beginning, session.retry);
  return <SessionContext value={session}>{children}</SessionContext>;
}

function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useApp needs an AppProvider above it");
  return session;
}

function frameOf(session: Session): Frame {
  const frame = session.frame();
  if (!frame) throw new Error("useApp needs the first state of the frame");
  return frame;
}

/** False for the moment in which the first page's code and data are on their way, and the frame is drawn. */
export function useIsReady(): boolean {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.beginning) === "ready";
}

/** The frame's state: tenant, account, connection, sync. */
export function useApp(): AppView {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, () => frameOf(session).app);
}

/**
 * The present instant by the tenant's clock, in whole steps of `everyMs`: the state arrives up to ten times a second
 * while the tenant is read, and what only shows ages need not be drawn that often.
 */
export function useNow(everyMs = 30_000): Date {
  const session = useSession();
  const subscribe = useCallback(
    (changed: () => void) => {
      const stop = session.subscribe(changed);
      const timer = setInterval(changed, everyMs);
      return () => {
        stop();
        clearInterval(timer);
      };
    },
    [session, everyMs],
  );
  const time = useSyncExternalStore(subscribe, () => {
    const { app, receivedAt } = frameOf(session);
    const exact = Date.parse(app.now) + performance.now() - receivedAt;
    return Math.floor(exact / everyMs) * everyMs;
  });
  return useMemo(() => new Date(time), [time]);
}

/** True where changes can reach the tenant now. */
export function useCanWrite(): boolean {
  const { connection, account } = useApp();
  return account !== null && (connection.state === "online" || connection.state === "throttled");
}
