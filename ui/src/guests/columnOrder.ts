/** A column in the order of the list, and whether it is shown. */
export interface PlacedColumn {
  id: string;
  shown: boolean;
}

/** The columns in order; what is not shown keeps its place. */
export type ColumnOrder = ReadonlyArray<PlacedColumn>;

/** Reads a remembered order: unknown names are left out, columns it does not know come last as they usually are. */
export function readOrder(text: string | null, usual: ColumnOrder): ColumnOrder {
  const remembered = (text ?? "").split(",").flatMap((entry) => {
    const id = entry.replace(/^-/, "");
    return usual.some((column) => column.id === id) ? [{ id, shown: id === entry }] : [];
  });
  const once = remembered.filter(
    (column, index) => remembered.findIndex((other) => other.id === column.id) === index,
  );
  return [...once, ...usual.filter((column) => !once.some((other) => other.id === column.id))];
}

/** Writes an order as {@link readOrder} reads it: a hyphen stands before what is not shown. */
export const writeOrder = (order: ColumnOrder): string =>
  order.map(({ id, shown }) => (shown ? id : `-${id}`)).join(",");

/** The order with one column shown or not. */
export const withShown = (order: ColumnOrder, id: string, shown: boolean): ColumnOrder =>
  order.map((column) => (column.id === id ? { id, shown } : column));

/** The order with one column in another place, counted from 0; beyond the ends it stays at the end. */
export function withMoved(order: ColumnOrder, id: string, to: number): ColumnOrder {
  const moved = order.find((column) => column.id === id);
  if (!moved) return order;
  const others = order.filter((column) => column !== moved);
  const place = Math.max(0, Math.min(others.length, to));
  return [...others.slice(0, place), moved, ...others.slice(place)];
}
