// biome-ignore-all lint/a11y/useFocusableInteractive: the box above keeps focus and names the active option
// biome-ignore-all lint/a11y/useSemanticElements: a listbox of groups under a combobox has no element of its own
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import { oneLine, ramp } from "../../theme/type";
import type { Entry, Group } from "./usePalette";

const useStyles = makeStyles({
  list: {
    position: "absolute",
    top: "calc(100% + 4px)",
    left: 0,
    right: 0,
    zIndex: 20,
    maxHeight: "min(520px, 70vh)",
    overflowY: "auto",
    boxSizing: "border-box",
    padding: "4px",
    borderRadius: "8px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
  },
  group: {
    ...ramp.axis,
    padding: "8px 10px 4px",
    color: tokens.colorNeutralForeground3,
    fontWeight: tokens.fontWeightSemibold,
  },
  entry: {
    display: "grid",
    gridTemplateColumns: "20px minmax(0, 1fr) auto",
    alignItems: "center",
    columnGap: "10px",
    minHeight: "32px",
    boxSizing: "border-box",
    padding: "4px 10px",
    borderRadius: "4px",
    cursor: "pointer",
    ...ramp.caption,
    color: tokens.colorNeutralForeground1,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  active: {
    backgroundColor: tokens.colorBrandBackground2,
    ":hover": { backgroundColor: tokens.colorBrandBackground2 },
    "@media (forced-colors: active)": { outline: "2px solid Highlight", outlineOffset: "-2px" },
  },
  label: { ...oneLine },
  detail: { ...oneLine, color: tokens.colorNeutralForeground3 },
  key: { color: tokens.colorNeutralForeground3, whiteSpace: "nowrap" },
});

interface Props {
  id: string;
  groups: ReadonlyArray<Group>;
  active: Entry | undefined;
  optionId: (entry: Entry) => string;
  onChoose: (entry: Entry) => void;
}

/** What the search box offers. The box keeps the focus. */
export function PaletteList({ id, groups, active, optionId, onChoose }: Props) {
  const styles = useStyles();
  const current = useRef<HTMLDivElement>(null);
  const activeId = active?.id;
  useEffect(() => {
    if (activeId !== undefined) current.current?.scrollIntoView?.({ block: "nearest" });
  }, [activeId]);
  return (
    <div
      id={id}
      role="listbox"
      aria-label="What fits"
      className={styles.list}
      // The box would lose the focus, and with it this list, before a click arrives.
      onMouseDown={(event) => event.preventDefault()}
    >
      {groups.map((group) => (
        <div key={group.label} role="group" aria-label={group.label}>
          <div className={styles.group} aria-hidden>
            {group.label}
          </div>
          {group.entries.map((entry) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the box takes the keys
            <div
              key={entry.id}
              id={optionId(entry)}
              ref={entry.id === activeId ? current : undefined}
              role="option"
              aria-selected={entry.id === activeId}
              className={mergeClasses(styles.entry, entry.id === activeId && styles.active)}
              onClick={() => onChoose(entry)}
            >
              <entry.icon fontSize={16} aria-hidden />
              <span className={styles.label}>
                <bdi>{entry.label}</bdi>
                {entry.detail ? (
                  <span className={styles.detail}>
                    {" "}
                    · <bdi>{entry.detail}</bdi>
                  </span>
                ) : null}
              </span>
              <span className={styles.key}>{entry.key}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
