import { makeStyles, ProgressBar, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { oneLine, ramp } from "../theme/type";

const useStyles = makeStyles({
  header: {
    display: "flex",
    alignItems: "center",
    columnGap: "10px",
    height: "48px",
    boxSizing: "border-box",
    flexShrink: 0,
    padding: "2px 20px 0",
    backgroundColor: tokens.colorNeutralBackground2,
    "@media (max-width: 860px)": {
      height: "auto",
      minHeight: "48px",
      flexWrap: "wrap",
      paddingBottom: "4px",
    },
  },
  line: { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  title: { ...ramp.pageTitle, margin: 0, whiteSpace: "nowrap" },
  purpose: { ...ramp.caption, color: tokens.colorNeutralForeground3, flex: 1, minWidth: 0, ...oneLine },
  commands: {
    "& .fui-Button__icon": { fontSize: "16px", width: "16px", height: "16px" },
    "& .fui-Button": { paddingLeft: "5px", paddingRight: "5px" },
    display: "flex",
    alignItems: "center",
    gap: "2px",
    marginLeft: "auto",
    flexShrink: 0,
    "@media (max-width: 860px)": { flexShrink: 1, flexWrap: "wrap", marginLeft: 0 },
  },
  bar: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    minHeight: "28px",
    flexShrink: 0,
    padding: "0 20px 10px",
    "& .fui-SearchBox": { minHeight: "28px" },
    "& .fui-SearchBox__input": { fontSize: "12px" },
    backgroundColor: tokens.colorNeutralBackground2,
    flexWrap: "wrap",
  },
  barEnd: { marginLeft: "auto", display: "flex", alignItems: "center", gap: "12px", ...ramp.caption },
  refreshing: { position: "relative", height: 0, zIndex: 2, flexShrink: 0 },
  progress: { position: "absolute", left: 0, right: 0, top: "-2px" },
});

interface HeaderProps {
  title: string;
  /** One line: what this page is for, or how much it shows. */
  purpose?: ReactNode;
  /** Right after the title, e.g. a menu of views. */
  beside?: ReactNode;
  /** Page commands: small subtle buttons, at most one primary, last. */
  children?: ReactNode;
  /** Draws a line under the header, for pages without a filter bar. */
  line?: boolean;
}

/** The head of a page: title, purpose, commands. */
export function PageHeader({ title, purpose, beside, children, line = false }: HeaderProps) {
  const styles = useStyles();
  return (
    <header className={`${styles.header} ${line ? styles.line : ""}`}>
      <h1 className={styles.title}>{title}</h1>
      {beside}
      <span className={styles.purpose}>{purpose}</span>
      <div className={styles.commands}>{children}</div>
    </header>
  );
}

/** The row of filters under the head. `end` stands at the right: what "≥" means, Reset filters. */
export function FilterBar({
  children,
  end,
  label = "Filters",
}: {
  children: ReactNode;
  end?: ReactNode;
  label?: string;
}) {
  const styles = useStyles();
  return (
    <section aria-label={label} className={styles.bar} data-region="filters">
      {children}
      {end ? <div className={styles.barEnd}>{end}</div> : null}
    </section>
  );
}

/** A thin bar under the head while old data stays on screen and new data is read. */
export function Refreshing({ active }: { active: boolean }) {
  const styles = useStyles();
  return (
    <div className={styles.refreshing}>
      {active ? <ProgressBar className={styles.progress} thickness="medium" aria-label="Refreshing" /> : null}
    </div>
  );
}
