import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "center",
    flex: 1,
    minHeight: 0,
    overflowY: "auto",
    padding: "24px",
    textAlign: "center",
    gap: "4px",
  },
  title: { ...ramp.pageTitle, margin: "24px 0 0" },
  text: { ...ramp.body, color: tokens.colorNeutralForeground2, maxWidth: "560px", margin: "0 0 16px" },
});

/** The door with an arrow: nobody has come through yet. */
function Door() {
  return (
    <svg width="154" height="104" viewBox="0 0 154 104" aria-hidden="true" fill="none">
      <rect
        x="28"
        y="1"
        width="97"
        height="101"
        rx="8"
        fill={tokens.colorBrandBackground2}
        stroke={tokens.colorBrandStroke2}
      />
      <path d="M0 103h154" stroke={tokens.colorNeutralStroke1} strokeWidth="2" />
      <path
        d="M59 102V17h44a4 4 0 0 1 4 4v81"
        stroke={tokens.colorCompoundBrandBackground}
        strokeWidth="2.5"
      />
      <path
        d="M59 17l30 8v70l-30 7z"
        fill={tokens.colorNeutralBackground2}
        stroke={tokens.colorCompoundBrandBackground}
        strokeWidth="2.5"
      />
      <circle cx="82" cy="61" r="2.5" fill={tokens.colorCompoundBrandBackground} />
      <path d="M154 63h-35m9-9-9 9 9 9" stroke={tokens.colorCompoundBrandBackground} strokeWidth="2.5" />
    </svg>
  );
}

interface Props {
  title: string;
  text: ReactNode;
  /** Replaces the drawing; null: none. */
  drawing?: ReactNode;
  /** What to do next. */
  children?: ReactNode;
}

/** Nothing to show, and what to do about it. */
export function EmptyState({ title, text, drawing = <Door />, children }: Props) {
  const styles = useStyles();
  return (
    <div className={styles.root} role="status">
      {drawing}
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.text}>{text}</p>
      {children}
    </div>
  );
}
