import { makeStyles, mergeClasses, Radio, tokens } from "@fluentui/react-components";
import type { FluentIcon } from "@fluentui/react-icons";
import { useId } from "react";
import { own } from "../theme/themes";
import { ramp } from "../theme/type";

const useStyles = makeStyles({
  card: {
    position: "relative",
    display: "grid",
    gridTemplateColumns: "40px minmax(0, 1fr) 28px",
    columnGap: "12px",
    boxSizing: "border-box",
    minHeight: "104px",
    padding: "14px 10px 14px 16px",
    borderRadius: "8px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    boxShadow: tokens.shadow2,
    backgroundColor: tokens.colorNeutralBackground1,
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  chosen: {
    outline: `1px solid ${tokens.colorCompoundBrandStroke}`,
    border: `1px solid ${tokens.colorCompoundBrandStroke}`,
    "@media (forced-colors: active)": { outline: "2px solid Highlight" },
  },
  tile: {
    width: "40px",
    height: "40px",
    borderRadius: "6px",
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    backgroundColor: own.infoBackground,
    color: tokens.colorBrandForeground1,
  },
  title: { ...ramp.panelTitle, margin: 0 },
  text: { ...ramp.caption, color: tokens.colorNeutralForeground2, margin: "2px 0 10px" },
  tags: { display: "flex", flexWrap: "wrap", gap: "6px" },
  tag: {
    ...ramp.caption,
    padding: "2px 8px",
    borderRadius: "4px",
    backgroundColor: tokens.colorNeutralBackground4,
    color: tokens.colorNeutralForeground2,
  },
  praise: { backgroundColor: own.infoBackground, color: own.infoForeground },
  radio: { alignSelf: "start", marginTop: "-4px" },
});

interface Props {
  value: string;
  chosen: boolean;
  icon: FluentIcon;
  title: string;
  text: string;
  tags: ReadonlyArray<string>;
  /** The tag that stands out, e.g. "Recommended". */
  praise?: string;
}

/** A way to start, as a radio button with a card around it. */
export function StartCard({ value, chosen, icon: Icon, title, text, tags, praise }: Props) {
  const styles = useStyles();
  const id = useId();
  return (
    // The whole card answers to a click; the radio button inside takes keys and focus.
    <label className={mergeClasses(styles.card, chosen && styles.chosen)} htmlFor={`${id}-radio`}>
      <span className={styles.tile}>
        <Icon fontSize={20} aria-hidden />
      </span>
      <span>
        <span id={`${id}-title`} className={styles.title} style={{ display: "block" }}>
          {title}
        </span>
        <span id={`${id}-text`} className={styles.text} style={{ display: "block" }}>
          {text}
        </span>
        <span className={styles.tags}>
          {praise ? <span className={mergeClasses(styles.tag, styles.praise)}>{praise}</span> : null}
          {tags.map((tag) => (
            <span key={tag} className={styles.tag}>
              {tag}
            </span>
          ))}
        </span>
      </span>
      <Radio
        id={`${id}-radio`}
        value={value}
        className={styles.radio}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
      />
    </label>
  );
}
