import { useCallback, useState } from "react";
import { guestColumns } from "./columns";

const HIDDEN_KEY = "usher.guests.hidden";
const WIDTHS_KEY = "usher.guests.widths";

function rememberedHidden(): ReadonlyArray<string> {
  const optional = guestColumns.filter((column) => !column.always);
  const known: ReadonlyArray<string> = optional.map((column) => column.id);
  return (localStorage.getItem(HIDDEN_KEY) ?? "").split(",").filter((id) => known.includes(id));
}

type Widths = Readonly<Record<string, number>>;

function rememberedWidths(): Widths {
  const entries = (localStorage.getItem(WIDTHS_KEY) ?? "").split(",").map((entry) => entry.split(":"));
  return Object.fromEntries(
    entries.flatMap(([id, width]) => (id && Number(width) > 0 ? [[id, Number(width)]] : [])),
  );
}

/** Which columns are hidden and which are wider or narrower than usual; remembered on this computer. */
export function useColumns() {
  const [hidden, setHidden] = useState(rememberedHidden);
  const [widths, setWidths] = useState(rememberedWidths);
  const show = useCallback((shown: ReadonlyArray<string>) => {
    const next = guestColumns
      .filter((column) => !column.always && !shown.includes(column.id))
      .map((column) => column.id);
    localStorage.setItem(HIDDEN_KEY, next.join(","));
    setHidden(next);
  }, []);
  const resize = useCallback((id: string, width: number | null) => {
    setWidths((old) => {
      const { [id]: _, ...others } = old;
      const next: Widths = width === null ? others : { ...others, [id]: width };
      const text = Object.entries(next).map(([column, pixels]) => `${column}:${pixels}`);
      localStorage.setItem(WIDTHS_KEY, text.join(","));
      return next;
    });
  }, []);
  return { hidden, show, widths, resize };
}
