import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type AppView, events, type ProblemView } from "./bindings";
import { ipc } from "./client";
import { problemOf } from "./errors";

interface Frame {
  app: AppView;
  /** `performance.now()` when the state arrived: the tenant's clock is counted on from there. */
  receivedAt: number;
}

const FrameContext = createContext<Frame | null>(null);

interface Props {
  children: ReactNode;
  /** Shown until the first state is there. */
  starting: ReactNode;
  /** Shown where the program does not answer at all. */
  failed: (problem: ProblemView, retry: () => void) => ReactNode;
}

/** Follows the frame's state: asks once, then takes every `AppChanged` whole. */
export function AppProvider({ children, starting, failed }: Props) {
  const [frame, setFrame] = useState<Frame | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    let heard = false;
    let gone = false;
    const take = (app: AppView) => {
      if (!gone) setFrame({ app, receivedAt: performance.now() });
    };
    const listening = events.appChanged.listen(({ payload }) => {
      heard = true;
      take(payload);
    });
    // An event that arrives before the answer is newer than the answer.
    void listening
      .then(() => ipc.getApp())
      .then((app) => {
        if (!heard) take(app);
      })
      .catch((error: unknown) => {
        if (!gone && !heard) setProblem(problemOf(error));
      });
    return () => {
      gone = true;
      void listening.then((stop) => stop()).catch(() => {});
    };
  }, [attempt]);

  if (frame) return <FrameContext value={frame}>{children}</FrameContext>;
  if (problem) {
    return failed(problem, () => {
      setProblem(null);
      setAttempt((n) => n + 1);
    });
  }
  return starting;
}

function useFrame(): Frame {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error("useApp needs an AppProvider above it");
  return frame;
}

/** The frame's state: tenant, account, connection, sync. */
export const useApp = (): AppView => useFrame().app;

/** The present instant by the tenant's clock, moved on every `everyMs`. */
export function useNow(everyMs = 30_000): Date {
  const { app, receivedAt } = useFrame();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const elapsed = Math.floor((performance.now() - receivedAt) / everyMs) * everyMs;
  const time = Date.parse(app.now) + elapsed;
  return useMemo(() => new Date(time), [time]);
}

/** True where changes can reach the tenant now. */
export function useCanWrite(): boolean {
  const { connection, account } = useApp();
  return account !== null && (connection.state === "online" || connection.state === "throttled");
}
