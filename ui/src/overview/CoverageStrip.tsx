import { createFocusOutlineStyle, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { type KeyboardEvent, type PointerEvent, useId, useState } from "react";
import { formatCount, formatUtcDay } from "../format/format";
import type { CoverageDayView, CoverageState, LogView } from "../ipc/bindings";
import { own } from "../theme/themes";
import { ramp } from "../theme/type";
import { Hatch } from "./Hatch";
import type { CoverageRow, WeeksGeometry } from "./weeksGeometry";

const ROW = 18;
const CELL = 12;
const ABOVE = 3;
/** Height of both rows, in pixels. */
export const STRIP_HEIGHT = ABOVE + 2 * ROW;

const useStyles = makeStyles({
  root: { position: "relative", marginTop: `${ABOVE}px` },
  row: { position: "relative", height: `${ROW}px` },
  name: {
    ...ramp.axis,
    position: "absolute",
    left: 0,
    top: "2px",
    textAlign: "end",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground2,
  },
  strip: {
    position: "absolute",
    top: 0,
    height: `${ROW}px`,
    borderRadius: "4px",
    ...createFocusOutlineStyle(),
  },
  drawing: { position: "absolute", left: 0, top: "3px", overflow: "visible" },
  bubble: {
    ...ramp.caption,
    position: "absolute",
    zIndex: 3,
    bottom: `${ROW + 4}px`,
    transform: "translateX(-50%)",
    padding: "4px 8px",
    borderRadius: "4px",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground1,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    boxShadow: tokens.shadow8,
    pointerEvents: "none",
  },
  marker: { fill: "none", stroke: tokens.colorNeutralForeground1, strokeWidth: 2 },
  complete: { fill: own.chart3, "@media (forced-colors: active)": { fill: "CanvasText" } },
  partial: { stroke: own.chart3, "@media (forced-colors: active)": { stroke: "CanvasText" } },
  missing: {
    fill: "none",
    stroke: tokens.colorStatusWarningForeground1,
    strokeDasharray: "2 2",
    "@media (forced-colors: active)": { stroke: "CanvasText" },
  },
  gone: { stroke: tokens.colorNeutralStroke1, "@media (forced-colors: active)": { stroke: "GrayText" } },
  legend: {
    ...ramp.axis,
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: "16px",
    color: tokens.colorNeutralForeground3,
  },
  held: { color: tokens.colorNeutralForeground2 },
  key: { display: "inline-flex", alignItems: "center", gap: "7px", whiteSpace: "nowrap" },
});

const logNames = { audit: "Audit", signIn: "Sign-in" } as const satisfies Record<LogView, string>;

/** The four states of a day, as the legend names them. */
export const coverageNames = {
  complete: "Complete",
  partial: "Partial",
  missing: "Missing",
  gone: "No longer obtainable",
} as const satisfies Record<CoverageState, string>;

/** A day in words: "16 Nov: partial, 1,204 rows, from the API". */
export function dayWords(day: CoverageDayView, now: Date): string {
  const held =
    day.state === "missing" || (day.state === "gone" && day.rows === 0)
      ? ""
      : `, ${formatCount(day.rows, "row")}`;
  const more = day.state === "missing" ? ", can still be fetched" : "";
  return `${formatUtcDay(day.day, now)}: ${coverageNames[day.state].toLowerCase()}${held}${more}`;
}

/** The shape of a run of days: solid, hatched, dashed or grey. */
function Mark({ state, x, width, hatch }: { state: CoverageState; x: number; width: number; hatch: string }) {
  const styles = useStyles();
  const half = state === "complete" ? 0 : 0.5;
  const fill =
    state === "partial" ? `url(#${hatch}-partial)` : state === "gone" ? `url(#${hatch}-gone)` : undefined;
  return (
    <rect
      x={x + half}
      y={half}
      width={Math.max(width - half * 2 - 0.5, 1)}
      height={CELL - half * 2}
      rx={2}
      className={styles[state]}
      data-mark={state}
      {...(fill === undefined ? {} : { fill })}
    />
  );
}

function Hatches({ id }: { id: string }) {
  return (
    <defs>
      <Hatch id={`${id}-partial`} colour={own.chart3} gap={5} width={0.75} />
      <Hatch id={`${id}-gone`} colour={tokens.colorNeutralStroke1} gap={5} width={0.4} />
    </defs>
  );
}

interface StripProps {
  geometry: WeeksGeometry;
  /** Room for the names at the left, in pixels. */
  gutter: number;
  width: number;
  now: Date;
}

/** What is held of both logs, day by day. Arrow keys or the pointer read a day. */
export function CoverageStrip({ geometry, gutter, width, now }: StripProps) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      {geometry.rows
        .filter((row) => row.days.length > 0)
        .map((row) => (
          <StripRow key={row.log} row={row} geometry={geometry} gutter={gutter} width={width} now={now} />
        ))}
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageUp: -7,
  PageDown: 7,
};

function StripRow({ row, geometry, gutter, width, now }: StripProps & { row: CoverageRow }) {
  const styles = useStyles();
  const hatch = useId();
  const last = row.days.length - 1;
  const [focused, setFocused] = useState(last);
  const [shown, setShown] = useState(false);
  const index = Math.min(focused, last);
  const day = row.days[index];
  if (!day) return null;
  const { dayWidth, xOfDay } = geometry;

  const step = (event: KeyboardEvent) => {
    const target = event.key === "Home" ? 0 : event.key === "End" ? last : index + (STEPS[event.key] ?? 0);
    if (target === index && !(event.key in STEPS)) return;
    event.preventDefault();
    setFocused(Math.max(0, Math.min(last, target)));
    setShown(true);
  };
  const point = (event: PointerEvent<HTMLElement>) => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const under = row.days.findIndex((each) => at >= xOfDay(each.day) && at < xOfDay(each.day) + dayWidth);
    if (under >= 0) setFocused(under);
    setShown(under >= 0);
  };

  return (
    <div className={styles.row}>
      <span className={styles.name} style={{ width: gutter - 8 }} aria-hidden>
        {logNames[row.log]}
      </span>
      <div
        role="slider"
        tabIndex={0}
        aria-label={`${logNames[row.log]} logs held, day by day`}
        aria-orientation="horizontal"
        aria-readonly
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={index}
        aria-valuetext={dayWords(day, now)}
        className={styles.strip}
        style={{ left: gutter, width }}
        onKeyDown={step}
        onFocus={() => setShown(true)}
        onBlur={() => setShown(false)}
        onPointerMove={point}
        onPointerLeave={() => setShown(false)}
      >
        <svg aria-hidden width={width} height={CELL} className={styles.drawing}>
          <Hatches id={hatch} />
          {row.runs.map((run) => (
            <Mark key={run.x} state={run.state} x={run.x} width={run.width} hatch={hatch} />
          ))}
          {shown ? (
            <rect
              x={xOfDay(day.day)}
              y={-1}
              width={dayWidth}
              height={CELL + 2}
              rx={2}
              className={styles.marker}
            />
          ) : null}
        </svg>
        {shown ? (
          <span
            className={styles.bubble}
            aria-hidden
            style={{ left: Math.max(90, Math.min(xOfDay(day.day) + dayWidth / 2, width - 90)) }}
          >
            {dayWords(day, now)}
          </span>
        ) : null}
      </div>
    </div>
  );
}

/** What the marks of the strip mean. */
export function CoverageLegend() {
  const styles = useStyles();
  const hatch = useId();
  return (
    <span className={styles.legend}>
      <span className={mergeClasses(styles.held)}>Held on this computer:</span>
      {(["complete", "partial", "missing", "gone"] as const).map((state, index) => (
        <span key={state} className={styles.key}>
          <svg width={13} height={CELL} aria-hidden>
            {index === 0 ? <Hatches id={hatch} /> : null}
            <Mark state={state} x={0} width={13} hatch={hatch} />
          </svg>
          {coverageNames[state]}
        </span>
      ))}
    </span>
  );
}
