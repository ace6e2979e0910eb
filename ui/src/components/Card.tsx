import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  root: {
    boxSizing: "border-box",
    minWidth: 0,
    display: "flex",
    flexDirection: "column",
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: "8px",
    boxShadow: tokens.shadow2,
    padding: "10px 14px 12px",
  },
  head: { display: "flex", alignItems: "baseline", gap: "8px", minHeight: "20px" },
  title: { ...ramp.section, margin: 0, whiteSpace: "nowrap" },
  subtitle: { ...ramp.caption, color: tokens.colorNeutralForeground3, flex: 1, minWidth: 0 },
  action: { marginLeft: "auto", flexShrink: 0 },
});

interface Props {
  title?: string;
  subtitle?: ReactNode;
  /** At the right of the title: a link or a legend. */
  action?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

/** A card: stroke, shadow, radius 8. With a title it is a named region. */
export function Card({ title, subtitle, action, className, children }: Props) {
  const styles = useStyles();
  const id = useId();
  if (title === undefined) return <div className={mergeClasses(styles.root, className)}>{children}</div>;
  return (
    <section aria-labelledby={id} className={mergeClasses(styles.root, className)}>
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        <span className={styles.subtitle}>{subtitle}</span>
        {action ? <span className={styles.action}>{action}</span> : null}
      </div>
      {children}
    </section>
  );
}
