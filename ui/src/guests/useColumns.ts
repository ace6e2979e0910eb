import { useCallback, useEffect, useState } from "react";
import { NARROWEST, WIDEST } from "../components/TableHead";
import { type ColumnOrder, readOrder, writeOrder } from "./columnOrder";
import { guestColumns } from "./columns";

const ORDER_KEY = "usher.guests.columns";
const WIDTHS_KEY = "usher.guests.widths";

/** The columns as they are until somebody changes them. */
const usualOrder: ColumnOrder = guestColumns.map(({ id, more }) => ({ id, shown: !more }));

function rememberedOrder(): ColumnOrder {
  const order = readOrder(localStorage.getItem(ORDER_KEY), usualOrder);
  const always = guestColumns.filter((column) => column.always).map((column): string => column.id);
  return order.map(({ id, shown }) => ({ id, shown: shown || always.includes(id) }));
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

/** Which columns are shown, in which order and how wide; remembered on this computer. */
export function useColumns() {
  const [order, setOrder] = useState(rememberedOrder);
  const [widths, setWidths] = useState<Widths>(rememberedWidths);
  const resize = useCallback((id: string, width: number | null) => {
    setWidths(({ [id]: _, ...others }) => (width === null ? others : { ...others, [id]: width }));
  }, []);
  const reset = useCallback(() => {
    setOrder(usualOrder);
    setWidths({});
  }, []);
  useEffect(() => localStorage.setItem(ORDER_KEY, writeOrder(order)), [order]);
  useEffect(() => {
    const text = Object.entries(widths).map(([column, pixels]) => `${column}:${pixels}`);
    localStorage.setItem(WIDTHS_KEY, text.join(","));
  }, [widths]);
  return { order, setOrder, widths, resize, reset };
}
