import type { GuestFilter, GuestQuery, GuestSort } from "../ipc/bindings";
import { hrefOf } from "../shell/address";

/** What the Guests page is set to. All of it lives in the address. */
export interface GuestPlace {
  filter: GuestFilter;
  /** Invited in the last so many days; becomes `invitedFrom` when asked. */
  invitedDays: number | null;
  sort: GuestSort;
  descending: boolean;
  /** Object ID of the guest whose panel is open. */
  open: string | null;
  /** Handle of the log row that is shown in the panel. */
  row: string | null;
}

const TEXT = [
  "search",
  "reason",
  "partner",
  "inviter",
  "identityProvider",
  "invitedFrom",
  "invitedTo",
] as const;

const CHOICES = {
  invitationState: ["pendingAcceptance", "accepted", "none"],
  stage: ["invited", "mailSent", "attemptedSignIn", "requirementsMet", "redeemed", "firstAccess"],
  reached: ["invited", "mailSent", "attemptedSignIn", "requirementsMet", "redeemed", "firstAccess"],
  standing: ["stopped", "open", "fine"],
  card: ["total", "active", "pending", "expiring", "expired", "blocked", "inactive", "neverSignedIn"],
} as const satisfies { [K in keyof GuestFilter]?: ReadonlyArray<GuestFilter[K]> };

const SORTS: ReadonlyArray<GuestSort> = ["attention", "name", "invited", "expires", "lastSignIn"];

/** Reads the page's settings; what is unknown or out of range is left out. */
export function readGuestView(params: URLSearchParams): GuestPlace {
  const filter: Record<string, string | boolean> = {};
  for (const name of TEXT) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = params.get(name);
    if (value && (allowed as ReadonlyArray<string>).includes(value)) filter[name] = value;
  }
  const enabled = params.get("accountEnabled");
  if (enabled === "true" || enabled === "false") filter.accountEnabled = enabled === "true";
  if (params.get("deleted") === "true") filter.deleted = true;
  const days = Number(params.get("invitedDays"));
  const sort = SORTS.find((known) => known === params.get("sort")) ?? "attention";
  return {
    filter: filter as GuestFilter,
    invitedDays: Number.isInteger(days) && days > 0 && days <= 3650 ? days : null,
    sort,
    descending: params.get("descending") === "true",
    open: params.get("open"),
    row: params.get("row"),
  };
}

/** Writes the page's settings. */
export function writeGuestView(view: Partial<GuestPlace>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(view.filter ?? {})) {
    if (value !== undefined && value !== null && value !== "" && value !== false)
      params.set(name, String(value));
    if (name === "accountEnabled" && value === false) params.set(name, "false");
  }
  if (view.invitedDays) params.set("invitedDays", String(view.invitedDays));
  if (view.sort && view.sort !== "attention") params.set("sort", view.sort);
  if (view.descending) params.set("descending", "true");
  if (view.open) params.set("open", view.open);
  if (view.open && view.row) params.set("row", view.row);
  return params;
}

/** A link to the Guests page with a filter, e.g. from a bar of a chart. */
export const guestsHref = (view: Partial<GuestPlace>): string => hrefOf("guests", writeGuestView(view));

const DAY_MS = 86_400_000;

/** What is asked of Rust. The range starts at the beginning of a day, so that the query stays the same all day. */
export function guestQueryOf(
  view: GuestPlace,
  now: Date,
): Pick<GuestQuery, "filter" | "sort" | "descending"> {
  const filter: GuestFilter = { ...view.filter };
  if (view.invitedDays) {
    const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
    filter.invitedFrom = new Date(today - view.invitedDays * DAY_MS).toISOString();
  }
  return { filter, sort: view.sort, descending: view.descending };
}

/** How many filters are set, search included. */
export const filterCount = (view: GuestPlace): number =>
  Object.values(view.filter).filter((value) => value !== undefined && value !== null).length +
  (view.invitedDays ? 1 : 0);
