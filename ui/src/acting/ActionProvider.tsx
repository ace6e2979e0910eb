import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { useNotify } from "../components/useNotify";
import { verbNames } from "../components/words";
import type { ActionVerb, OutcomeView } from "../ipc/bindings";
import { ipc } from "../ipc/client";
import { problemOf, problemShapes } from "../ipc/errors";
import { ConfirmDialog } from "./ConfirmDialog";

interface Target {
  id: string;
  name: string;
  /** What speaks against the action, said before it is confirmed. */
  warning?: string;
}

type Act = (verb: ActionVerb, guest: Target) => void;

const ActionContext = createContext<Act | null>(null);

/** Starts an action on a guest: what changes something is confirmed first, a copy happens at once. */
export function useAct(): Act {
  const act = useContext(ActionContext);
  if (!act) throw new Error("useAct needs an ActionProvider above it");
  return act;
}

/** Holds the one confirmation and reports every outcome. */
export function ActionProvider({ children }: { children: ReactNode }) {
  const notify = useNotify();
  const [asked, setAsked] = useState<{ verb: ActionVerb; guest: Target } | null>(null);

  const fail = useCallback(
    (verb: ActionVerb, error: unknown) => {
      const problem = problemOf(error);
      const shape = problemShapes[problem.code];
      notify({
        intent: shape.intent,
        title: `${verbNames[verb]}: ${shape.title}`,
        body: [problem.message, problem.nextStep],
      });
    },
    [notify],
  );

  const report = useCallback(
    (outcome: OutcomeView, onUndo?: (verb: ActionVerb) => void) => {
      const { undo } = outcome;
      switch (outcome.result) {
        case "done":
          notify({
            intent: "success",
            title: outcome.message,
            ...(undo && onUndo ? { action: { label: "Undo", run: () => onUndo(undo) } } : {}),
          });
          break;
        case "skipped":
          notify({ intent: "warning", title: "Left alone", body: outcome.message });
          break;
        case "unknown":
          notify({ intent: "warning", title: "The answer got lost", body: outcome.message });
          break;
        case "failed":
          notify({
            intent: "error",
            title: `${verbNames[outcome.verb]} failed`,
            body: outcome.problem ? [outcome.problem.message, outcome.problem.nextStep] : outcome.message,
          });
      }
    },
    [notify],
  );

  // Undo was already confirmed by choosing it, so it is planned and applied in one go.
  const undoWith = useCallback(
    async (verb: ActionVerb, guest: Target) => {
      try {
        const plan = await ipc.planAction(guest.id, verb);
        report(await ipc.applyPlan(plan));
      } catch (error) {
        fail(verb, error);
      }
    },
    [report, fail],
  );

  const act = useCallback<Act>(
    (verb, guest) => {
      if (verb !== "copyDirectLink") {
        setAsked({ verb, guest });
        return;
      }
      ipc.copyDirectLink(guest.id).then(
        () =>
          notify({
            intent: "success",
            title: "Direct link copied",
            body: "It leads to this tenant. Send it to this guest only.",
          }),
        (error: unknown) => fail(verb, error),
      );
    },
    [notify, fail],
  );

  const context = useMemo(() => act, [act]);
  return (
    <ActionContext value={context}>
      {children}
      {asked ? (
        <ConfirmDialog
          key={`${asked.verb} ${asked.guest.id}`}
          verb={asked.verb}
          guest={asked.guest}
          onClose={() => setAsked(null)}
          onOutcome={(outcome) => {
            setAsked(null);
            report(outcome, (verb) => void undoWith(verb, asked.guest));
          }}
        />
      ) : null}
    </ActionContext>
  );
}
