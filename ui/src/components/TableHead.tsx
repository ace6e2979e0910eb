// biome-ignore-all lint/a11y/useSemanticElements: part of a grid whose rows out of view do not exist
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid keeps focus
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import {
  ArrowDownRegular,
  ArrowUpRegular,
  ChevronDownRegular,
  EyeOffRegular,
  FilterRegular,
  TextSortAscendingRegular,
  TextSortDescendingRegular,
} from "@fluentui/react-icons";
import type { CSSProperties, PointerEvent } from "react";
import { ramp } from "../theme/type";
import type { Column, TableSort } from "./DataTable";

/** What the menus in the header do. Absent: the entry is not there. */
export interface ColumnActions {
  /** Filters by a column; `null` where it cannot be filtered by. */
  filter?: (column: string) => (() => void) | null;
  /** Hides a column; `null` where it must stay. */
  hide?: (column: string) => (() => void) | null;
  /** Makes a column so wide; `null`: as wide as usual. */
  resize?: (column: string, width: number | null) => void;
}

/** How narrow and how wide a column can be made, in pixels. */
export const NARROWEST = 44;
export const WIDEST = 600;
/** What one step of the keyboard changes, in pixels. */
const STEP = 24;

const useStyles = makeStyles({
  cell: {
    position: "relative",
    alignSelf: "stretch",
    display: "flex",
    alignItems: "center",
    ":hover .usher-column-menu": { opacity: 1, pointerEvents: "auto" },
    ":focus-within .usher-column-menu": { opacity: 1, pointerEvents: "auto" },
    ":hover .usher-column-edge": { backgroundColor: tokens.colorNeutralStroke1 },
  },
  end: { justifyContent: "flex-end", textAlign: "right" },
  twoLines: {
    display: "-webkit-box",
    WebkitBoxOrient: "vertical",
    WebkitLineClamp: "2",
    overflow: "hidden",
  },
  sort: {
    display: "inline-flex",
    alignItems: "center",
    gap: "4px",
    minHeight: "24px",
    maxWidth: "100%",
    padding: 0,
    border: "none",
    background: "none",
    font: "inherit",
    color: "inherit",
    cursor: "pointer",
    textAlign: "inherit",
    borderRadius: "4px",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  menu: {
    position: "absolute",
    right: "4px",
    // In the corner, so that the name stays to be pressed beside and below it.
    top: 0,
    minWidth: "24px",
    width: "24px",
    height: "24px",
    padding: 0,
    opacity: 0,
    pointerEvents: "none",
    backgroundColor: tokens.colorNeutralBackground1,
    "&[aria-expanded='true']": { opacity: 1, pointerEvents: "auto" },
  },
  edge: {
    position: "absolute",
    right: 0,
    top: "6px",
    bottom: "6px",
    width: "3px",
    borderLeft: `4px solid transparent`,
    backgroundClip: "padding-box",
    cursor: "col-resize",
    touchAction: "none",
  },
  text: { ...ramp.caption, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 },
});

interface Props<Row> {
  column: Column<Row>;
  className: string;
  style: CSSProperties;
  sort: TableSort | undefined;
  onSort: ((column: string, descending?: boolean) => void) | undefined;
  actions: ColumnActions | undefined;
}

/** The head of a column: its name sorts, its menu sorts, filters, hides and sizes, its edge is dragged. */
export function TableHead<Row>({ column, className, style, sort, onSort, actions }: Props<Row>) {
  const styles = useStyles();
  const isSorted = sort?.column === column.id;
  const isFixed = column.width !== "rest";
  const resize = isFixed ? actions?.resize : undefined;
  const hide = actions?.hide?.(column.id) ?? null;
  const filter = actions?.filter?.(column.id) ?? null;
  const width = typeof column.width === "number" ? column.width : 0;
  const make = (wanted: number) =>
    resize?.(column.id, Math.round(Math.min(WIDEST, Math.max(NARROWEST, wanted))));

  const drag = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const edge = event.currentTarget;
    const from = event.clientX;
    edge.setPointerCapture?.(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => make(width + moved.clientX - from);
    const end = () => {
      edge.removeEventListener("pointermove", move);
      edge.removeEventListener("pointerup", end);
      edge.removeEventListener("pointercancel", end);
    };
    edge.addEventListener("pointermove", move);
    edge.addEventListener("pointerup", end);
    edge.addEventListener("pointercancel", end);
  };

  const text = <span className={styles.twoLines}>{column.header}</span>;
  const hasMenu = (column.sortable && onSort) || filter || hide || resize;
  return (
    <div
      role="columnheader"
      aria-label={column.header}
      title={column.title}
      aria-sort={isSorted ? (sort.descending ? "descending" : "ascending") : undefined}
      className={mergeClasses(className, styles.cell, styles.text, column.align === "end" && styles.end)}
      style={style}
    >
      {column.sortable ? (
        <button type="button" className={styles.sort} onClick={() => onSort?.(column.id)}>
          {text}
          {isSorted ? (
            sort.descending ? (
              <ArrowUpRegular fontSize={14} aria-hidden />
            ) : (
              <ArrowDownRegular fontSize={14} aria-hidden />
            )
          ) : null}
        </button>
      ) : (
        text
      )}
      {hasMenu ? (
        <Menu positioning="below-end">
          <MenuTrigger disableButtonEnhancement>
            <Button
              appearance="transparent"
              size="small"
              className={mergeClasses("usher-column-menu", styles.menu)}
              icon={<ChevronDownRegular fontSize={12} />}
              aria-label={`Column ${column.header}`}
            />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {column.sortable && onSort ? (
                <>
                  <MenuItem icon={<TextSortAscendingRegular />} onClick={() => onSort(column.id, false)}>
                    Sort ascending
                  </MenuItem>
                  <MenuItem icon={<TextSortDescendingRegular />} onClick={() => onSort(column.id, true)}>
                    Sort descending
                  </MenuItem>
                </>
              ) : null}
              {filter ? (
                <MenuItem icon={<FilterRegular />} onClick={filter}>
                  Filter
                </MenuItem>
              ) : null}
              {hide ? (
                <MenuItem icon={<EyeOffRegular />} onClick={hide}>
                  Hide column
                </MenuItem>
              ) : null}
              {resize ? (
                <>
                  {(column.sortable && onSort) || filter || hide ? <MenuDivider /> : null}
                  <MenuItem persistOnClick onClick={() => make(width + STEP)}>
                    Wider
                  </MenuItem>
                  <MenuItem persistOnClick onClick={() => make(width - STEP)}>
                    Narrower
                  </MenuItem>
                  <MenuItem onClick={() => resize(column.id, null)}>Usual width</MenuItem>
                </>
              ) : null}
            </MenuList>
          </MenuPopover>
        </Menu>
      ) : null}
      {resize ? (
        // The menu does the same for the keyboard.
        <span
          aria-hidden
          className={mergeClasses("usher-column-edge", styles.edge)}
          onPointerDown={drag}
          onDoubleClick={() => resize(column.id, null)}
        />
      ) : null}
    </div>
  );
}
