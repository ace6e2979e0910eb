import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNotify } from "../components/useNotify";
import { formatClock } from "../format/format";
import type { ClockMove } from "../ipc/bindings";
import { ipc, type Problem } from "../ipc/client";
import { problemShapes } from "../ipc/errors";
import { sandboxQuery } from "../ipc/queries";
import { playGuest } from "./sandboxAddress";

/** Events that are listed one by one; the rest is counted. */
const LISTED = 6;

/** What happened while the clock moved, fit for a toast. */
export function eventLines(events: readonly string[]): string[] {
  if (events.length === 0) return ["Nothing was due."];
  if (events.length <= LISTED) return [...events];
  const rest = events.length - LISTED + 1;
  return [...events.slice(0, LISTED - 1), `and ${rest} more`];
}

/** What can be done to the sandbox tenant. Every result is said in a toast, and what it changed is asked again. */
export function useSandboxActions() {
  const notify = useNotify();
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: ["sandbox"] });
  const say = (error: Problem) =>
    notify({
      intent: problemShapes[error.view.code].intent,
      title: problemShapes[error.view.code].title,
      body: [error.view.message, error.view.nextStep],
    });
  const shared = { onError: say, onSettled: refresh };

  const moveClock = useMutation({
    ...shared,
    mutationFn: (to: ClockMove) => ipc.moveClock(to),
    onSuccess: ({ now, events }) =>
      notify({ intent: "info", title: `It is now ${formatClock(now)}`, body: eventLines(events) }),
  });
  const setFault = useMutation({
    ...shared,
    mutationFn: ({ id, on }: { id: string; on: boolean }) => ipc.setFault(id, on),
  });
  const setScenario = useMutation({
    ...shared,
    mutationFn: ({ id, on }: { id: string; on: boolean }) => ipc.setScenario(id, on),
  });
  const startLesson = useMutation({
    ...shared,
    mutationFn: async (id: string) => {
      await ipc.startLesson(id);
      return client.fetchQuery({ ...sandboxQuery(), staleTime: 0 });
    },
    // The lesson chooses its guest when it starts; that guest is played from here on.
    onSuccess: (sandbox, id) => {
      const mail = sandbox?.lessons.find((lesson) => lesson.id === id)?.mail;
      if (mail) playGuest(mail);
    },
  });
  const reset = useMutation({
    onError: say,
    // A new beginning: the archive of the sandbox tenant starts anew as well.
    onSettled: () => void client.invalidateQueries(),
    mutationFn: () => ipc.resetSandbox(),
    onSuccess: () => notify({ intent: "success", title: "The sandbox tenant is back at its beginning" }),
  });
  const becomeAdmin = useMutation({
    ...shared,
    mutationFn: (admin: string) => ipc.signIn({ method: "sandbox", admin }),
    onSuccess: (_, admin) => notify({ intent: "success", title: `Signed in as ${admin}` }),
  });
  return { moveClock, setFault, setScenario, startLesson, reset, becomeAdmin };
}

/** The actions of the page, as its parts get them. */
export type SandboxActions = ReturnType<typeof useSandboxActions>;
