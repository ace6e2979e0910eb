import { formatCount, plainText } from "../../format/format";
import type { ActionVerb, GuestView } from "../../ipc/bindings";

/** What can be done to several guests, in the order of the bar. */
export type BulkVerb = Exclude<ActionVerb, "copyDirectLink">;

const fits: Record<BulkVerb, (guest: GuestView) => boolean> = {
  resendInvitation: (guest) => !guest.deletedAt && guest.invitationState === "pendingAcceptance",
  resetRedemption: (guest) => !guest.deletedAt && guest.invitationState === "accepted",
  blockSignIn: (guest) => !guest.deletedAt && guest.accountEnabled,
  unblockSignIn: (guest) => !guest.deletedAt && !guest.accountEnabled,
  revokeInvitation: (guest) => !guest.deletedAt,
  restore: (guest) => guest.deletedAt !== null,
};

/** The actions of a list: deleted guests can only come back. */
export const bulkVerbs = (deleted: boolean): ReadonlyArray<BulkVerb> =>
  deleted
    ? ["restore"]
    : ["resendInvitation", "resetRedemption", "blockSignIn", "unblockSignIn", "revokeInvitation"];

/** The guests an action fits; the others are left out and said so. */
export const fitting = (verb: BulkVerb, guests: ReadonlyArray<GuestView>): GuestView[] =>
  guests.filter(fits[verb]);

/** Above so many guests the number is typed before anything is applied; for a deletion always. */
const TYPED_ABOVE = 10;

/** True where the number of guests has to be typed. */
export const needsTypedCount = (verb: BulkVerb, guests: number): boolean =>
  verb === "revokeInvitation" || guests > TYPED_ABOVE;

/** "Ines Dahl, Priya Raman, Jonas Weber and 4 more" */
export function firstNames(guests: ReadonlyArray<GuestView>): string {
  const names = guests.slice(0, 3).map((guest) => plainText(guest.displayName || guest.mail || guest.id));
  const rest = guests.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
}

/** What really changes, and whether it can be taken back. */
export function bulkEffect(verb: BulkVerb, count: number): { effect: string; undo: string } {
  const guests = formatCount(count, "guest");
  switch (verb) {
    case "resendInvitation":
      return {
        effect: `Microsoft sends the invitation to ${guests} again. The older links are superseded.`,
        undo: "A sent mail cannot be taken back.",
      };
    case "resetRedemption":
      return {
        effect: `${guests} keep groups and apps and must redeem again. Until then sign-in does not work.`,
        undo: "Cannot be undone: the guests have to redeem.",
      };
    case "blockSignIn":
      return {
        effect: `${guests} cannot sign in from now on. While blocked, adding them in Teams gives an error.`,
        undo: "Can be undone: Unblock sign-in, any time.",
      };
    case "unblockSignIn":
      return { effect: `${guests} can sign in again.`, undo: "Can be undone: Block sign-in, any time." };
    case "revokeInvitation":
      return {
        effect: `This deletes ${guests}.`,
        undo: "They can be restored for 30 days, with their groups.",
      };
    case "restore":
      return {
        effect: `${guests} come back, with their groups.`,
        undo: "Can be undone: Revoke invitation (deletes the guest).",
      };
  }
}
