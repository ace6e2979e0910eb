import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import { events, type GuestQuery, type InviteForm, type OverviewFilter, type Topic } from "./bindings";
import { ipc, type Problem } from "./client";

declare module "@tanstack/react-query" {
  interface Register {
    queryKey: readonly [Topic, ...ReadonlyArray<unknown>];
    defaultError: Problem;
  }
}

/** Rows of the first page (shown at once) and of every later one (fetched while scrolling). */
const FIRST_PAGE = 100;
const LATER_PAGES = 500;

/** The guests that match, page by page along the cursor. */
export const guestListQuery = (query: Pick<GuestQuery, "filter" | "sort" | "descending">) =>
  infiniteQueryOptions({
    queryKey: ["guests", "list", query],
    queryFn: ({ pageParam }) =>
      ipc.listGuests({ ...query, after: pageParam, limit: pageParam === null ? FIRST_PAGE : LATER_PAGES }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** Guests the palette offers. */
const OFFERED = 5;

/** The first guests that match a search, and how many do. */
export const guestSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ["guests", "search", search],
    queryFn: () => ipc.listGuests({ filter: { search }, limit: OFFERED }),
  });

/** One guest, whole. */
export const guestQuery = (id: string) =>
  queryOptions({ queryKey: ["guests", "one", id], queryFn: () => ipc.getGuest(id) });

/** What a guest was given, read from the tenant anew each time, without asking anybody for a permission. */
export const guestAccessQuery = (id: string) =>
  queryOptions({ queryKey: ["access", id], queryFn: () => ipc.getGuestAccess(id, false), staleTime: 0 });

/** The log row that has this correlation ID or request ID. */
export const foundRowQuery = (id: string) =>
  queryOptions({ queryKey: ["guests", "found", id], queryFn: () => ipc.findRow(id) });

/** A raw log row, by its handle. Rows never change. */
export const rawRowQuery = (row: string) =>
  queryOptions({
    queryKey: ["guests", "row", row],
    queryFn: () => ipc.getRawRow(row),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The calls behind a list. */
export const callQuery = (query: GuestQuery) =>
  queryOptions({ queryKey: ["guests", "call", query], queryFn: () => ipc.showCall(query) });

/** What is known about an invitation before it is sent. */
export const preflightQuery = (form: InviteForm) =>
  queryOptions({
    queryKey: ["guests", "preflight", form],
    queryFn: () => ipc.checkInvitation(form),
    placeholderData: keepPreviousData,
  });

/** Everything the Overview shows. */
export const overviewQuery = (filter: OverviewFilter) =>
  queryOptions({
    queryKey: ["overview", filter],
    queryFn: () => ipc.getOverview(filter),
    placeholderData: keepPreviousData,
  });

/** What is held of the logs in the last `days` days. */
export const coverageQuery = (days: number) =>
  queryOptions({ queryKey: ["coverage", days], queryFn: () => ipc.getCoverage(days) });

/** The sandbox tenant, null where the open tenant is none. */
export const sandboxQuery = () =>
  queryOptions({ queryKey: ["sandbox", "tenant"], queryFn: () => ipc.getSandbox() });

/** Guests who can be played. */
export const playableGuestsQuery = (search: string) =>
  queryOptions({
    queryKey: ["sandbox", "playable", search],
    queryFn: () => ipc.listPlayableGuests(search),
    placeholderData: keepPreviousData,
  });

/** A played guest's inbox and what the tenant logged. */
export const guestSideQuery = (mail: string) =>
  queryOptions({ queryKey: ["sandbox", "guest", mail], queryFn: () => ipc.getGuestSide(mail) });

/** At most one refetch a topic and second: a running sync reports every page it writes. */
const SETTLE_MS = 1000;

/** Asks again what Rust says is stale, from when it resolves to the end of the window. */
export async function followDataChanges(client: QueryClient): Promise<void> {
  const last = new Map<Topic, number>();
  const waiting = new Map<Topic, ReturnType<typeof setTimeout>>();
  const refetch = (topic: Topic) => {
    waiting.delete(topic);
    last.set(topic, performance.now());
    void client.invalidateQueries({ queryKey: [topic] });
  };
  await events.dataChanged.listen(({ payload }) => {
    for (const topic of payload.topics) {
      if (waiting.has(topic)) continue;
      const since = performance.now() - (last.get(topic) ?? Number.NEGATIVE_INFINITY);
      if (since >= SETTLE_MS) refetch(topic);
      else
        waiting.set(
          topic,
          setTimeout(() => refetch(topic), SETTLE_MS - since),
        );
    }
  });
}

/** The client every screen shares. Nearly all answers come from the archive on this computer, so they are fresh until Rust says otherwise. */
export const queryDefaults = {
  queries: {
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
    networkMode: "always",
  },
  mutations: { networkMode: "always" },
} as const;
