import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { GuestQuery } from "../ipc/bindings";
import { guestListQuery } from "../ipc/queries";

/** The guests that match, as far as they were scrolled to; the old rows stay while new ones load. */
export function useGuests(query: Pick<GuestQuery, "filter" | "sort" | "descending">) {
  const list = useInfiniteQuery(guestListQuery(query));
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const needMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const loadAll = useCallback(async () => {
    let answer = await fetchNextPage({ cancelRefetch: false });
    while (answer.hasNextPage && !answer.isError) answer = await answer.fetchNextPage();
    if (answer.error) throw answer.error;
    return answer.data?.pages.flatMap((page) => page.items) ?? [];
  }, [fetchNextPage]);
  return { ...list, loadAll, rows, first: data?.pages[0], needMore };
}
