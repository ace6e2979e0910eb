import { QueryClient } from "@tanstack/react-query";
import { type AppView, events, type ProblemView } from "./bindings";
import { ipc } from "./client";
import { problemOf } from "./errors";
import { followDataChanges, queryDefaults } from "./queries";

/** The frame's state as it arrived. */
export interface Frame {
  app: AppView;
  /** `performance.now()` when the state arrived: the tenant's clock is counted on from there. */
  receivedAt: number;
}

/**
 * How far the window is: nothing is known yet, the frame can be drawn, the first page as well; or the program does not
 * answer.
 */
export type Beginning = "starting" | "framed" | "ready" | ProblemView;

/** What lives as long as the window, outside React: the frame's state and the answers every screen shares. */
export interface Session {
  client: QueryClient;
  /** The latest state of the frame, null before the first. Only what shows a changed part of it is drawn again. */
  frame: () => Frame | null;
  beginning: () => Beginning;
  subscribe: (changed: () => void) => () => void;
  /** Asks again after a failure. */
  retry: () => void;
}

/** Fetches what the first page shows, so that it is drawn once and whole. */
export type Prepare = (client: QueryClient) => Promise<unknown>;

/** How long the frame stands without a page, for the sake of drawing the page once and whole. */
const WORTH_WAITING_MS = 250;

/** Begins before anything is drawn: asks for the frame's state once, then takes every `AppChanged` whole. */
export function startSession(prepare: Prepare): Session {
  const client = new QueryClient({ defaultOptions: queryDefaults });
  let frame: Frame | null = null;
  let beginning: Beginning = "starting";
  let listening: Promise<unknown> | undefined;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const changed of listeners) changed();
  };
  const subscribe = (changed: () => void) => {
    listeners.add(changed);
    return () => {
      listeners.delete(changed);
    };
  };
  const setFrame = (app: AppView) => {
    frame = { app, receivedAt: performance.now() };
    tell();
  };
  const setBeginning = (next: Beginning) => {
    beginning = next;
    tell();
  };
  /** The tenant of the last session may be on its way: no sign-in flashes by. */
  const opened = () =>
    new Promise<AppView>((done) => {
      const look = () => {
        if (frame && !frame.app.opening) {
          stop();
          done(frame.app);
        }
      };
      const stop = subscribe(look);
      look();
    });
  const listen = async () => {
    listening ??= Promise.all([
      events.appChanged.listen(({ payload }) => setFrame(payload)),
      followDataChanges(client),
    ]);
    try {
      await listening;
    } catch (error) {
      listening = undefined;
      throw error;
    }
  };
  const begin = async () => {
    setBeginning("starting");
    try {
      await listen();
      // Mostly the tenant is open by now, and its answers need not wait for the frame's; what is refused is asked again.
      const early = prepare(client);
      const before = frame;
      try {
        const app = await ipc.getApp();
        // An event that arrived before the answer is newer than the answer.
        if (frame === before) setFrame(app);
      } catch (error) {
        if (frame === null) throw error;
      }
      const { tenant } = await opened();
      setBeginning("framed");
      if (tenant !== null) {
        const prepared = early.then(() => prepare(client));
        await Promise.race([prepared, new Promise((done) => setTimeout(done, WORTH_WAITING_MS))]);
      }
      setBeginning("ready");
    } catch (error) {
      setBeginning(problemOf(error));
    }
  };
  void begin();
  return {
    client,
    frame: () => frame,
    beginning: () => beginning,
    subscribe,
    retry: () => void begin(),
  };
}
