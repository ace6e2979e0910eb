import { commands, type ProblemView } from "./bindings";

/** A refusal of the shell, thrown so that queries and mutations carry it as their typed error. */
export class Problem extends Error {
  readonly view: ProblemView;

  constructor(view: ProblemView) {
    super(view.message);
    this.name = "Problem";
    this.view = view;
  }
}

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: ProblemView };

/** Takes the value out of an answer or throws the `Problem` in it. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const settled = await answer.catch((cause: unknown): Answer<T> => {
    // The bridge itself failed (the window is closing, a command is missing): there is no ProblemView from Rust.
    const message = cause instanceof Error ? cause.message : String(cause);
    return {
      status: "error",
      error: {
        code: "unexpected",
        message: `The window got no answer from the program: ${message}.`,
        nextStep: "Try again. If it happens again, restart Usher.",
        retryAfterSeconds: null,
        requestId: null,
      },
    };
  });
  if (settled.status === "error") throw new Problem(settled.error);
  return settled.data;
}

type Commands = typeof commands;
type Unwrapped = {
  [K in keyof Commands]: Commands[K] extends (...args: infer A) => Promise<Answer<infer T>>
    ? (...args: A) => Promise<T>
    : never;
};

/** Every command, answering with its value and throwing a `Problem`. */
export const ipc = new Proxy(commands, {
  get(target, name: keyof Commands) {
    const command = target[name] as (...args: unknown[]) => Promise<Answer<unknown>>;
    return (...args: unknown[]) => unwrap(command(...args));
  },
}) as unknown as Unwrapped;
