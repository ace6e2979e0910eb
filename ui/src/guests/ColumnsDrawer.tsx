import { Button, Checkbox, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ReOrderDotsVerticalRegular } from "@fluentui/react-icons";
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { SideDrawer } from "../components/SideDrawer";
import { ramp, unseen } from "../theme/type";
import { type ColumnOrder, withMoved, withShown } from "./columnOrder";
import { guestColumns } from "./columns";

/** Height of a line, in pixels. */
const LINE = 32;

const useStyles = makeStyles({
  text: { ...ramp.caption, color: tokens.colorNeutralForeground3, margin: "0 0 8px" },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  line: {
    display: "flex",
    alignItems: "center",
    height: `${LINE}px`,
    borderRadius: "4px",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  dragged: { backgroundColor: tokens.colorBrandBackground2 },
  handle: { minWidth: "24px", width: "24px", height: "24px", cursor: "grab", touchAction: "none" },
  unseen,
});

interface Props {
  order: ColumnOrder;
  onChange: (order: ColumnOrder) => void;
  /** Back to the usual columns, order and widths. */
  onReset: () => void;
  open: boolean;
  onClose: () => void;
}

const columnOf = (id: string) => guestColumns.find((column) => column.id === id);

/** Which columns the list has and in which order: boxes choose, handles are dragged or moved with the arrow keys. */
export function ColumnsDrawer({ order, onChange, onReset, open, onClose }: Props) {
  const styles = useStyles();
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const latest = useRef(order);
  const moved = useRef<string | null>(null);
  const endDrag = useRef<(() => void) | null>(null);

  // The element that moved may have been taken out and put in again, which takes focus from it.
  useLayoutEffect(() => {
    latest.current = order;
    if (moved.current === null) return;
    list.current?.querySelector<HTMLElement>(`[data-column="${moved.current}"] button`)?.focus();
    moved.current = null;
  }, [order]);

  // A drag ends with the drawer, however that goes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it closes and when it goes
  useEffect(() => () => endDrag.current?.(), [open]);

  const move = (id: string, to: number) => {
    const next = withMoved(latest.current, id, to);
    const place = next.findIndex((column) => column.id === id);
    if (latest.current[place]?.id === id) return;
    moved.current = id;
    setSaid(`${columnOf(id)?.header}: place ${place + 1} of ${next.length}`);
    onChange(next);
  };

  const drag = (event: PointerEvent, id: string) => {
    if (event.button !== 0) return;
    event.preventDefault();
    setDragged(id);
    // On the window: the line under the pointer changes its place in the document while it is dragged.
    const follow = (at: globalThis.PointerEvent) => {
      const top = list.current?.getBoundingClientRect().top;
      if (top !== undefined) move(id, Math.floor((at.clientY - top) / LINE));
    };
    const listening = new AbortController();
    const { signal } = listening;
    endDrag.current = () => {
      listening.abort();
      setDragged(null);
    };
    window.addEventListener("pointermove", follow, { signal });
    window.addEventListener("pointerup", endDrag.current, { signal });
    window.addEventListener("pointercancel", endDrag.current, { signal });
  };

  const onKeyDown = (event: KeyboardEvent, id: string, at: number) => {
    if (event.key === "ArrowUp") move(id, at - 1);
    else if (event.key === "ArrowDown") move(id, at + 1);
    else if (event.key === "Home") move(id, 0);
    else if (event.key === "End") move(id, order.length);
    else return;
    event.preventDefault();
  };

  return (
    <SideDrawer
      title="Columns"
      width={340}
      open={open}
      onClose={onClose}
      footer={<Button onClick={onReset}>Usual columns</Button>}
    >
      <p className={styles.text}>
        Drag a handle, or move it with the arrow keys. Downloads have the same columns.
      </p>
      <ul ref={list} className={styles.list} aria-label="Columns">
        {order.map(({ id, shown }, at) => {
          const column = columnOf(id);
          if (!column) return null;
          return (
            <li
              key={id}
              data-column={id}
              className={mergeClasses(styles.line, dragged === id && styles.dragged)}
              title={column.title}
            >
              <Button
                appearance="transparent"
                size="small"
                className={styles.handle}
                icon={<ReOrderDotsVerticalRegular />}
                aria-label={`Move ${column.header}`}
                onPointerDown={(event) => drag(event, id)}
                onKeyDown={(event) => onKeyDown(event, id, at)}
              />
              <Checkbox
                label={column.header}
                checked={shown}
                disabled={column.always === true}
                onChange={(_, { checked }) => onChange(withShown(order, id, checked === true))}
              />
            </li>
          );
        })}
      </ul>
      <span role="status" className={styles.unseen}>
        {said}
      </span>
    </SideDrawer>
  );
}
