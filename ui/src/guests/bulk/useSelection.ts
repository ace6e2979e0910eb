import { useCallback, useMemo, useState } from "react";
import type { TableSelection } from "../../components/DataTable";
import type { GuestView } from "../../ipc/bindings";

interface Source {
  /** All guests that match, whether fetched yet or not. */
  matching: number;
  /** Fetches what is not here yet and returns all guests that match. */
  loadAll: () => Promise<ReadonlyArray<GuestView>>;
  /** Another filter begins with nothing chosen. */
  scope: string;
}

/** The chosen guests, in the order they were chosen. */
export function useSelection({ matching, loadAll, scope }: Source) {
  const [kept, setKept] = useState<{ scope: string; guests: ReadonlyMap<string, GuestView> }>({
    scope,
    guests: new Map(),
  });
  const guests = useMemo(
    () => (kept.scope === scope ? kept.guests : new Map()),
    [kept, scope],
  ) as ReadonlyMap<string, GuestView>;
  const change = useCallback(
    (next: (old: Map<string, GuestView>) => void) =>
      setKept((old) => {
        const copy = new Map(old.scope === scope ? old.guests : []);
        next(copy);
        return { scope, guests: copy };
      }),
    [scope],
  );
  const clear = useCallback(() => change((old) => old.clear()), [change]);

  const selection: TableSelection<GuestView> = {
    has: (id) => guests.has(id),
    state: guests.size === 0 ? false : guests.size >= matching ? true : "mixed",
    onToggle: (guest) =>
      change((old) => {
        if (!old.delete(guest.id)) old.set(guest.id, guest);
      }),
    onExtend: (rows) =>
      change((old) => {
        for (const guest of rows) old.set(guest.id, guest);
      }),
    onAll: (chosen) => {
      if (!chosen) {
        clear();
        return;
      }
      // A page that cannot be read is reported by the list itself; nothing is chosen then.
      loadAll().then(
        (all) =>
          change((old) => {
            for (const guest of all) old.set(guest.id, guest);
          }),
        () => {},
      );
    },
  };
  return { selection, chosen: useMemo(() => [...guests.values()], [guests]), clear };
}
