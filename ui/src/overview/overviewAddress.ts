import type { GuestPlace } from "../guests/guestAddress";
import type { CardKind, FunnelView, OverviewFilter } from "../ipc/bindings";
import { goTo } from "../shell/address";

const CARDS: readonly CardKind[] = [
  "total",
  "active",
  "pending",
  "expiring",
  "expired",
  "blocked",
  "inactive",
  "neverSignedIn",
];

/** Days of the cohort where none are chosen. */
export const DEFAULT_DAYS = 90;
/** The longest range that can be chosen, in days. */
export const LONGEST_DAYS = 3650;

/** Reads the page's settings out of the address; what is unknown or out of range is left out. */
export function readOverviewFilter(params: URLSearchParams): OverviewFilter {
  const filter: OverviewFilter = {};
  const days = Number(params.get("days") ?? Number.NaN);
  if (Number.isInteger(days) && days > 0 && days <= LONGEST_DAYS && days !== DEFAULT_DAYS) filter.days = days;
  for (const name of ["partner", "inviter", "identityProvider"] as const) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  const card = CARDS.find((known) => known === params.get("card"));
  if (card) filter.card = card;
  return filter;
}

/** Writes the page's settings. */
export function writeOverviewFilter(filter: OverviewFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  if (params.get("days") === String(DEFAULT_DAYS)) params.delete("days");
  return params;
}

/** Shows the Overview with another filter. Back leads to the one before. */
export const showOverview = (filter: OverviewFilter): void => goTo("overview", writeOverviewFilter(filter));

/** What of the page's filter holds for any list of guests, whenever they were invited. */
function sharedFilter(filter: OverviewFilter): GuestPlace["filter"] {
  const { partner, inviter, identityProvider, card } = filter;
  return {
    ...(partner ? { partner } : {}),
    ...(inviter ? { inviter } : {}),
    ...(identityProvider ? { identityProvider } : {}),
    ...(card ? { card } : {}),
  };
}

/** Guests of the page's filter: behind the cards and the reasons, which speak of all guests. */
export const guestsOfFilter = (
  filter: OverviewFilter,
  more: GuestPlace["filter"] = {},
): Partial<GuestPlace> => ({
  filter: { ...sharedFilter(filter), ...more },
});

/** Guests of the cohort: invited in the funnel's range. */
export const guestsOfCohort = (
  filter: OverviewFilter,
  range: Pick<FunnelView, "from" | "to">,
  more: GuestPlace["filter"] = {},
): Partial<GuestPlace> => ({
  filter: { ...sharedFilter(filter), invitedFrom: range.from, invitedTo: range.to, ...more },
});
