// biome-ignore-all lint/a11y/useSemanticElements: rows out of view do not exist, which a table element cannot express
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid keeps focus and names its current row
import {
  Checkbox,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  tokens,
} from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { ramp } from "../theme/type";
import { type ColumnActions, TableHead } from "./TableHead";

/** A column. Widths are in pixels; exactly one column has "rest". */
export interface Column<Row> {
  id: string;
  header: string;
  width: number | "rest";
  align?: "end";
  /** Tooltip of the header: Graph's property name, a rule. */
  title?: string;
  /** True where the header sorts. */
  sortable?: boolean;
  cell: (row: Row) => ReactNode;
}

export interface TableSort {
  column: string;
  descending: boolean;
}

const REST_MIN = 180;
const PADDING = 20;
/** Room at the right of every cell; widths include it. */
const CELL_END = 14;
/** What the box takes of a line, in pixels. */
const BOX = 24;

const useStyles = makeStyles({
  scroller: {
    flex: 1,
    minHeight: 0,
    minWidth: 0,
    overflow: "auto",
    position: "relative",
    backgroundColor: tokens.colorNeutralBackground1,
    outlineStyle: "none",
  },
  line: {
    display: "flex",
    alignItems: "center",
    paddingLeft: `${PADDING}px`,
    boxSizing: "border-box",
  },
  head: {
    position: "sticky",
    top: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  box: { flex: "0 0 36px", width: "36px", marginLeft: "-13px", marginRight: "1px" },
  body: { position: "relative" },
  row: {
    position: "absolute",
    top: 0,
    left: 0,
    width: "100%",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    cursor: "default",
    transition: "background-color 100ms",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    "@media (prefers-reduced-motion: reduce)": { transition: "none" },
  },
  clickable: { cursor: "pointer" },
  open: { boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandBackground}` },
  selected: {
    backgroundColor: tokens.colorBrandBackground2,
    ":hover": { backgroundColor: tokens.colorBrandBackground2 },
    "@media (forced-colors: active)": { outline: "2px solid Highlight", outlineOffset: "-2px" },
  },
  current: { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  cell: {
    minWidth: 0,
    boxSizing: "border-box",
    paddingRight: `${CELL_END}px`,
    ...ramp.caption,
    color: tokens.colorNeutralForeground1,
  },
  end: { textAlign: "right", whiteSpace: "nowrap" },
});

/** Which rows are chosen, and how the choice changes. */
export interface TableSelection<Row> {
  has: (id: string) => boolean;
  /** All rows there are, some, or none. */
  state: boolean | "mixed";
  /** Chooses one more or one less. */
  onToggle: (row: Row) => void;
  /** Adds a run of rows: Shift with the arrow keys or with a click. */
  onExtend: (rows: ReadonlyArray<Row>) => void;
  /** Chooses all rows there are, or none. */
  onAll: (chosen: boolean) => void;
}

interface Props<Row> {
  /** What the table is, for a screen reader. */
  label: string;
  columns: ReadonlyArray<Column<Row>>;
  /** The rows fetched so far, in order. */
  rows: ReadonlyArray<Row>;
  rowId: (row: Row) => string;
  /** Name of a row, for a screen reader: display name, state, reason. */
  rowName?: (row: Row) => string;
  /** All rows there are; those not fetched yet are drawn as skeletons. */
  rowCount: number;
  rowHeight?: number;
  headerHeight?: number;
  sort?: TableSort | undefined;
  /** Called with a column that is to sort; without a direction the other one is meant, if it sorts already. */
  onSort?: ((column: string, descending?: boolean) => void) | undefined;
  /** What the menus in the header do. */
  columnActions?: ColumnActions | undefined;
  openId?: string | null;
  onOpen?: ((row: Row) => void) | undefined;
  onEscape?: (() => void) | undefined;
  /** Called when rows past the fetched ones come into view. */
  onNeedMore?: (() => void) | undefined;
  /** Called with the first and last row in view, counted from 1. */
  onRange?: ((first: number, last: number) => void) | undefined;
  /** Ctrl+C on the current row. */
  onCopy?: ((row: Row) => void) | undefined;
  loading?: boolean;
  /** Puts a box before every row. */
  selection?: TableSelection<Row> | undefined;
}

/** A virtualised grid: draws what is in view, asks for more when it gets there. It owns neither data nor filters. */
export function DataTable<Row>(props: Props<Row>) {
  const {
    label,
    columns,
    rows,
    rowId,
    rowCount,
    rowHeight = 42,
    headerHeight = 40,
    sort,
    openId = null,
    loading,
    selection,
  } = props;
  const { onOpen, onNeedMore, onRange } = props;
  const styles = useStyles();
  const scroller = useRef<HTMLDivElement>(null);
  const base = useId();
  const [current, setCurrent] = useState<number | null>(null);
  const [focused, setFocused] = useState(false);
  const count = loading && rows.length === 0 ? 14 : Math.max(rowCount, rows.length);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // A row is its guest's: when the order changes the element moves and does not become another guest.
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowId(row);
    },
    overscan: 8,
    scrollMargin: headerHeight,
    scrollPaddingStart: headerHeight,
    initialRect: { width: 1200, height: 700 },
  });
  const items = virtual.getVirtualItems();
  const lastDrawn = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (!loading && lastDrawn >= rows.length && rows.length < count) onNeedMore?.();
  }, [lastDrawn, rows.length, count, loading, onNeedMore]);

  const height = virtual.scrollRect?.height ?? 0;
  const offset = virtual.scrollOffset ?? 0;
  const first = Math.min(count, Math.floor(offset / rowHeight) + 1);
  const last = Math.min(count, Math.max(first, (virtual.range?.endIndex ?? 0) + 1));
  useEffect(() => onRange?.(first, last), [first, last, onRange]);

  const fixed = columns.reduce((sum, column) => sum + (column.width === "rest" ? REST_MIN : column.width), 0);
  const minWidth = fixed + PADDING + (selection ? BOX : 0);
  const place = (column: Column<Row>) =>
    column.width === "rest"
      ? { flex: "1 1 0", minWidth: REST_MIN }
      : { flex: `0 0 ${column.width}px`, width: column.width };

  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setCurrent(next);
    setFocused(true);
    virtual.scrollToIndex(next);
    const row = rows[next];
    // While the panel is open it follows the row.
    if (openId !== null && row) onOpen?.(row);
  };
  const extend = (from: number, to: number) => {
    moveTo(to);
    selection?.onExtend(rows.slice(Math.max(0, Math.min(from, to)), Math.max(from, to) + 1));
  };
  const page = Math.max(1, Math.floor((height - headerHeight) / rowHeight) - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const openIndex = openId === null ? -1 : rows.findIndex((row) => rowId(row) === openId);
    const at = current ?? (openIndex >= 0 ? openIndex : -1);
    const row = rows[at];
    if ((event.ctrlKey || event.metaKey) && event.key === "c" && row && !window.getSelection()?.toString())
      props.onCopy?.(row);
    else if (selection && (event.ctrlKey || event.metaKey) && event.key === "a") selection.onAll(true);
    else if (selection && event.shiftKey && event.key === "ArrowDown") extend(at, at + 1);
    else if (selection && event.shiftKey && event.key === "ArrowUp") extend(at, at - 1);
    else if (selection && event.key === " " && row) selection.onToggle(row);
    else if (event.key === "ArrowDown") moveTo(at + 1);
    else if (event.key === "ArrowUp") moveTo(at - 1);
    else if (event.key === "PageDown") moveTo(at + page);
    else if (event.key === "PageUp") moveTo(at - page);
    else if (event.key === "Home") moveTo(0);
    else if (event.key === "End") moveTo(count - 1);
    else if (event.key === "Enter" && row) onOpen?.(row);
    else if (event.key === "Escape") props.onEscape?.();
    else return;
    event.preventDefault();
  };

  const isDrawn = current !== null && items.some((item) => item.index === current);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + (selection ? 1 : 0)}
      aria-multiselectable={selection !== undefined}
      aria-busy={loading ?? false}
      aria-activedescendant={isDrawn ? `${base}-${current}` : undefined}
      tabIndex={0}
      data-region="table"
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target === event.currentTarget) setFocused(event.currentTarget.matches(":focus-visible"));
      }}
      onBlur={() => setFocused(false)}
    >
      <div role="rowgroup" className={styles.head} style={{ minWidth }}>
        <div role="row" aria-rowindex={1} className={styles.line} style={{ height: headerHeight }}>
          {selection ? (
            <div role="columnheader" className={styles.box}>
              <Checkbox
                aria-label={`Select all ${label.toLowerCase()} that match`}
                checked={selection.state}
                disabled={count === 0}
                onChange={() => selection.onAll(selection.state !== true)}
              />
            </div>
          ) : null}
          {columns.map((column) => (
            <TableHead
              key={column.id}
              column={column}
              className={styles.cell}
              style={place(column)}
              sort={sort}
              onSort={props.onSort}
              actions={props.columnActions}
            />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize(), minWidth }}>
        {items.map((item) => {
          const row = rows[item.index];
          const id = row === undefined ? null : rowId(row);
          const isOpen = id !== null && id === openId;
          const isChosen = id !== null && (selection?.has(id) ?? false);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
            <div
              key={item.key}
              id={`${base}-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-label={row === undefined ? undefined : props.rowName?.(row)}
              aria-selected={selection ? isChosen : isOpen}
              aria-current={isOpen}
              className={mergeClasses(
                styles.line,
                styles.row,
                onOpen && row !== undefined && styles.clickable,
                (isOpen || isChosen) && styles.selected,
                isOpen && styles.open,
                focused && item.index === current && styles.current,
              )}
              style={{ height: rowHeight, transform: `translateY(${item.start - headerHeight}px)`, minWidth }}
              onClick={(event) => {
                if (row === undefined) return;
                const from = current ?? item.index;
                setCurrent(item.index);
                if (selection && event.shiftKey)
                  selection.onExtend(rows.slice(Math.min(from, item.index), Math.max(from, item.index) + 1));
                else if (selection && (event.ctrlKey || event.metaKey)) selection.onToggle(row);
                else onOpen?.(row);
              }}
            >
              {selection ? (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
                <div role="gridcell" className={styles.box} onClick={(event) => event.stopPropagation()}>
                  {row === undefined ? null : (
                    <Checkbox
                      aria-label={`Select ${props.rowName?.(row) ?? ""}`}
                      checked={isChosen}
                      tabIndex={-1}
                      onChange={() => {
                        setCurrent(item.index);
                        selection.onToggle(row);
                      }}
                    />
                  )}
                </div>
              ) : null}
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={mergeClasses(styles.cell, column.align === "end" && styles.end)}
                  style={place(column)}
                >
                  {row === undefined ? (
                    <Skeleton aria-label="Loading">
                      <SkeletonItem size={12} style={{ width: "70%" }} />
                    </Skeleton>
                  ) : (
                    column.cell(row)
                  )}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
