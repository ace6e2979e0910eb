import { stageNames } from "../components/words";
import { daysSince, daysUntil, formatAge, formatAgo, formatDay, formatTime } from "../format/format";
import type { GuestView } from "../ipc/bindings";

/** How long before the link deadline a guest counts as expiring. */
const EXPIRING_DAYS = 14;
/** How long Entra keeps a deleted guest. */
const RESTORABLE_DAYS = 30;

/** The link deadline of a guest: none, far, near or passed. */
export type Deadline =
  | { kind: "none" }
  | { kind: "far" | "near"; days: number }
  | { kind: "expired"; days: number };

/** Where a guest's link deadline stands. It is Usher's; Entra does not enforce it. */
export function deadlineOf(guest: Pick<GuestView, "expiresAt">, now: Date): Deadline {
  if (!guest.expiresAt) return { kind: "none" };
  if (new Date(guest.expiresAt).getTime() <= now.getTime()) {
    return { kind: "expired", days: daysSince(guest.expiresAt, now) };
  }
  const days = daysUntil(guest.expiresAt, now);
  return { kind: days <= EXPIRING_DAYS ? "near" : "far", days };
}

/** The second line under the stage: why not further, or what was seen last. */
export function reasonLine(guest: GuestView, now: Date): string {
  if (guest.reason) return guest.reason.title;
  if (guest.standing === "fine" && guest.lastSuccessfulSignInAt) {
    return `Signed in ${formatAgo(guest.lastSuccessfulSignInAt, now)}`;
  }
  return "";
}

/** The last successful sign-in in a cell: "Today 09:12", "18 Nov", "Never", "–" while pending. */
export function lastSignInCell(guest: GuestView, now: Date): string {
  if (guest.lastSuccessfulSignInAt) {
    const day = formatDay(guest.lastSuccessfulSignInAt, now);
    return day === formatDay(now, now) ? `Today ${formatTime(guest.lastSuccessfulSignInAt)}` : day;
  }
  return guest.invitationState === "pendingAcceptance" ? "–" : "Never";
}

/** Days since then as a cell. */
export const daysSinceCell = (at: string | null, now: Date): string =>
  at ? formatAge(Math.max(0, daysSince(at, now))) : "–";

/** The sponsors in a cell: the first, and how many more. */
export function sponsorsCell(sponsors: ReadonlyArray<string>): string | null {
  const [first, ...more] = sponsors;
  if (first === undefined) return null;
  return more.length > 0 ? `${first}, +${more.length}` : first;
}

/** Days in which a deleted guest can still be restored. */
export const restorableDays = (deletedAt: string, now: Date): number =>
  // The clock moves in steps, so what has just been deleted may lie a little ahead of it.
  Math.max(0, RESTORABLE_DAYS - Math.max(0, daysSince(deletedAt, now)));

/** A row's name for a screen reader: display name, state, reason. */
export function rowName(guest: GuestView, now: Date): string {
  const state =
    guest.invitationState === "pendingAcceptance"
      ? "Pending acceptance"
      : guest.invitationState === "accepted"
        ? "Accepted"
        : "No invitation state";
  return [guest.displayName, state, stageNames[guest.stage], reasonLine(guest, now)]
    .filter((part) => part !== "")
    .join(", ");
}
