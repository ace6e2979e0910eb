import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import type { AppView, ProblemCode, ProblemView, Topic } from "../ipc/bindings";

type Args = Record<string, unknown>;
/** What a command answers, by its name on the wire; throwing a `ProblemView` is a refusal. */
export type Handlers = Record<string, (args: Args) => unknown>;

interface Call {
  command: string;
  args: Args;
}

/** A stand-in for the shell, which remembers what it was asked. */
export interface FakeShell {
  calls: Call[];
  /** The arguments of every call of a command. */
  callsOf: (command: string) => Args[];
  /** Replaces or adds answers. */
  answer: (handlers: Handlers) => void;
  changeApp: (app: AppView) => Promise<void>;
  changeData: (...topics: Topic[]) => Promise<void>;
}

/** Answers the window's commands. A command without an answer is refused, so that a test notices it. */
export function fakeShell(first: Handlers): FakeShell {
  const handlers: Handlers = { ...first };
  const calls: Call[] = [];
  mockIPC(
    (command, payload) => {
      const args = (payload ?? {}) as Args;
      calls.push({ command, args });
      const handler = handlers[command];
      if (!handler) throw problem("unexpected", `no answer for ${command}`);
      return handler(args);
    },
    { shouldMockEvents: true },
  );
  return {
    calls,
    callsOf: (command) => calls.filter((call) => call.command === command).map((call) => call.args),
    answer: (more) => Object.assign(handlers, more),
    changeApp: (app) => emit("app-changed", app),
    changeData: (...topics) => emit("data-changed", { topics }),
  };
}

/** A refusal. */
export function problem(
  code: ProblemCode,
  message = "It did not work.",
  more: Partial<ProblemView> = {},
): ProblemView {
  return { code, message, nextStep: "Try again.", retryAfterSeconds: null, requestId: null, ...more };
}
