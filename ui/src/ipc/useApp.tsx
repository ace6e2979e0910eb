import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { type AppView, events, type ProblemView } from "./bindings";
import { ipc } from "./client";
import { problemOf } from "./errors";

interface Frame {
  app: AppView;
  /** `performance.now()` when the state arrived: the tenant's clock is counted on from there. */
  receivedAt: number;
}

/** Holds the latest state outside React, so that only what shows a changed part of it is drawn again. */
interface FrameStore {
  get: () => Frame | null;
  set: (app: AppView) => void;
  subscribe: (changed: () => void) => () => void;
}

function createFrameStore(): FrameStore {
  let frame: Frame | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => frame,
    set: (app) => {
      frame = { app, receivedAt: performance.now() };
      for (const changed of listeners) changed();
    },
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

const StoreContext = createContext<FrameStore | null>(null);

interface Props {
  children: ReactNode;
  /** Shown until the first state is there. */
  starting: ReactNode;
  /** Shown where the program does not answer at all. */
  failed: (problem: ProblemView, retry: () => void) => ReactNode;
}

/** Follows the frame's state: asks once, then takes every `AppChanged` whole. */
export function AppProvider({ children, starting, failed }: Props) {
  const [store] = useState(createFrameStore);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [attempt, setAttempt] = useState(0);
  const isReady = useSyncExternalStore(store.subscribe, () => store.get() !== null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again
  useEffect(() => {
    let heard = false;
    let gone = false;
    const listening = events.appChanged.listen(({ payload }) => {
      heard = true;
      if (!gone) store.set(payload);
    });
    // An event that arrives before the answer is newer than the answer.
    void listening
      .then(() => ipc.getApp())
      .then((app) => {
        if (!heard && !gone) store.set(app);
      })
      .catch((error: unknown) => {
        if (!gone && !heard) setProblem(problemOf(error));
      });
    return () => {
      gone = true;
      void listening.then((stop) => stop()).catch(() => {});
    };
  }, [attempt, store]);

  if (isReady) return <StoreContext value={store}>{children}</StoreContext>;
  if (problem) {
    return failed(problem, () => {
      setProblem(null);
      setAttempt((n) => n + 1);
    });
  }
  return starting;
}

function useStore(): FrameStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error("useApp needs an AppProvider above it");
  return store;
}

function frameOf(store: FrameStore): Frame {
  const frame = store.get();
  if (!frame) throw new Error("useApp needs the first state of the frame");
  return frame;
}

/** The frame's state: tenant, account, connection, sync. */
export function useApp(): AppView {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => frameOf(store).app);
}

/**
 * The present instant by the tenant's clock, in whole steps of `everyMs`: the state arrives up to ten times a second
 * while the tenant is read, and what only shows ages need not be drawn that often.
 */
export function useNow(everyMs = 30_000): Date {
  const store = useStore();
  const subscribe = useCallback(
    (changed: () => void) => {
      const stop = store.subscribe(changed);
      const timer = setInterval(changed, everyMs);
      return () => {
        stop();
        clearInterval(timer);
      };
    },
    [store, everyMs],
  );
  const time = useSyncExternalStore(subscribe, () => {
    const { app, receivedAt } = frameOf(store);
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
