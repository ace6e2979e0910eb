import { useCallback, useEffect, useRef, useState } from "react";
import type { GuestView, OutcomeKind, ProblemCode } from "../../ipc/bindings";
import { ipc } from "../../ipc/client";
import { problemOf } from "../../ipc/errors";
import type { BulkVerb } from "./bulkPlan";

/** What came of one guest. */
export interface BulkStep {
  guest: GuestView;
  result: OutcomeKind;
  message: string;
}

/** How far a run is. */
export interface BulkRun {
  state: "ready" | "running" | "ended";
  verb: BulkVerb;
  total: number;
  steps: ReadonlyArray<BulkStep>;
  /** Why it ended before the last guest; null where it did not. */
  stopped: string | null;
}

/** What ends a run: every guest after this one would meet the same. */
const ENDS: ReadonlyArray<ProblemCode> = [
  "sessionExpired",
  "permissionMissing",
  "offline",
  "diskFull",
  "consentNeeded",
];

/** Applies one action to guests, one after the other: each is planned, checked again and written to the ledger on its own. */
export function useBulkRun(verb: BulkVerb) {
  const [run, setRun] = useState<BulkRun>({ state: "ready", verb, total: 0, steps: [], stopped: null });
  const stopping = useRef(false);
  const stop = useCallback(() => {
    stopping.current = true;
  }, []);
  // Closing the window's page ends the run after the step under way.
  useEffect(() => stop, [stop]);

  const start = useCallback(async (with_: BulkVerb, guests: ReadonlyArray<GuestView>) => {
    stopping.current = false;
    let steps: ReadonlyArray<BulkStep> = [];
    let stopped: string | null = null;
    const show = (state: BulkRun["state"]) =>
      setRun({ state, verb: with_, total: guests.length, steps, stopped });
    show("running");
    for (const guest of guests) {
      if (stopping.current) {
        stopped = "Stopped by you. The guests after this were not touched.";
        break;
      }
      const step = await apply(with_, guest);
      steps = [...steps, step];
      if (step.ends) {
        stopped = step.message;
        break;
      }
      show("running");
    }
    show("ended");
  }, []);
  return { run, start, stop };
}

async function apply(verb: BulkVerb, guest: GuestView): Promise<BulkStep & { ends: boolean }> {
  try {
    const outcome = await ipc.applyPlan(await ipc.planAction(guest.id, verb));
    const problem = outcome.problem;
    const message = problem ? `${problem.message} ${problem.nextStep}` : outcome.message;
    return { guest, result: outcome.result, message, ends: problem !== null && ENDS.includes(problem.code) };
  } catch (error) {
    const problem = problemOf(error);
    return {
      guest,
      result: "failed",
      message: `${problem.message} ${problem.nextStep}`,
      ends: ENDS.includes(problem.code),
    };
  }
}
