import type { ProblemCode, ProblemView } from "./bindings";
import { Problem } from "./client";

/** What a screen offers beside the text of a problem. */
export type Remedy = "retry" | "signIn" | "wait" | "look" | "none";

interface ProblemShape {
  /** Headline: what happened, without the details that the message gives. */
  title: string;
  remedy: Remedy;
  intent: "error" | "warning" | "info";
}

/** A headline and a remedy for every code. A new code without one does not compile. */
export const problemShapes = {
  sessionExpired: { title: "Sign-in expired", remedy: "signIn", intent: "warning" },
  signInNotFinished: { title: "The sign-in was not finished", remedy: "retry", intent: "warning" },
  consentNeeded: { title: "Your organization must approve Usher", remedy: "none", intent: "warning" },
  permissionMissing: { title: "A permission is missing", remedy: "none", intent: "warning" },
  throttled: { title: "Microsoft asked to slow down", remedy: "wait", intent: "warning" },
  offline: { title: "You are offline", remedy: "retry", intent: "info" },
  invalidInput: { title: "Something in the form needs a look", remedy: "none", intent: "error" },
  invitationRefused: { title: "The invitation was refused", remedy: "none", intent: "error" },
  changed: { title: "Changed since the plan was made", remedy: "look", intent: "warning" },
  notFound: { title: "No longer there", remedy: "look", intent: "warning" },
  outcomeUnknown: { title: "The answer got lost", remedy: "look", intent: "warning" },
  wrongKey: { title: "The archive opens with another key", remedy: "none", intent: "error" },
  diskFull: { title: "The disk is full", remedy: "retry", intent: "error" },
  busy: { title: "In use by another program", remedy: "retry", intent: "warning" },
  unexpected: { title: "Something went wrong", remedy: "retry", intent: "error" },
} as const satisfies Record<ProblemCode, ProblemShape>;

/** The problem in whatever was thrown. */
export function problemOf(error: unknown): ProblemView {
  if (error instanceof Problem) return error.view;
  return {
    code: "unexpected",
    message: error instanceof Error ? error.message : "An unknown error occurred.",
    nextStep: "Try again. If it happens again, restart Usher.",
    retryAfterSeconds: null,
    requestId: null,
  };
}

/** A problem as text for a ticket: what happened, code, next step, request ID, time. */
export function problemDetails(problem: ProblemView, at: Date): string {
  const lines = [
    `${problemShapes[problem.code].title}: ${problem.message}`,
    `Code: ${problem.code}`,
    `Next step: ${problem.nextStep}`,
  ];
  if (problem.requestId) lines.push(`Request ID: ${problem.requestId}`);
  lines.push(`Time: ${at.toISOString()}`);
  return lines.join("\n");
}
