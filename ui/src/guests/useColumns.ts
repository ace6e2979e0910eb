import { useCallback, useEffect, useState } from "react";
import { NARROWEST, WIDEST } from "../components/TableHead";
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
  const known: ReadonlyArray<string> = guestColumns.map((column) => column.id);
  return Object.fromEntries(
    entries.flatMap(([id, width]) => {
      const pixels = Number(width);
      const isGood = id !== undefined && known.includes(id) && pixels >= NARROWEST && pixels <= WIDEST;
      return isGood ? [[id, pixels]] : [];
    }),
  );
}

/** Which columns are hidden and which are wider or narrower than usual; remembered on this computer. */
export function useColumns() {
  const [hidden, setHidden] = useState(rememberedHidden);
  const [widths, setWidths] = useState<Widths>(rememberedWidths);
  const show = useCallback((shown: ReadonlyArray<string>) => {
    const next = guestColumns
      .filter((column) => !column.always && !shown.includes(column.id))
      .map((column) => column.id);
    localStorage.setItem(HIDDEN_KEY, next.join(","));
    setHidden(next);
  }, []);
  const resize = useCallback((id: string, width: number | null) => {
    setWidths(({ [id]: _, ...others }) => (width === null ? others : { ...others, [id]: width }));
  }, []);
  useEffect(() => {
    const text = Object.entries(widths).map(([column, pixels]) => `${column}:${pixels}`);
    localStorage.setItem(WIDTHS_KEY, text.join(","));
  }, [widths]);
  return { hidden, show, widths, resize };
}
