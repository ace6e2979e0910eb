import { useCallback, useState } from "react";
import { guestColumns } from "./columns";

const KEY = "usher.guests.hidden";

function remembered(): ReadonlyArray<string> {
  const optional = guestColumns.filter((column) => !column.always);
  const known: ReadonlyArray<string> = optional.map((column) => column.id);
  return (localStorage.getItem(KEY) ?? "").split(",").filter((id) => known.includes(id));
}

/** Which columns are hidden; remembered on this computer. */
export function useColumns() {
  const [hidden, setHidden] = useState(remembered);
  const show = useCallback((shown: ReadonlyArray<string>) => {
    const next = guestColumns
      .filter((column) => !column.always && !shown.includes(column.id))
      .map((column) => column.id);
    localStorage.setItem(KEY, next.join(","));
    setHidden(next);
  }, []);
  return { hidden, show };
}
