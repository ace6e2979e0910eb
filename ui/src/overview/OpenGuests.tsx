import { createFocusOutlineStyle, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { CSSProperties, ReactNode } from "react";
import { type GuestPlace, writeGuestView } from "../guests/guestAddress";
import { goTo } from "../shell/address";

const useStyles = makeStyles({
  root: {
    boxSizing: "border-box",
    margin: 0,
    padding: 0,
    border: "none",
    borderRadius: "4px",
    backgroundColor: "transparent",
    color: "inherit",
    font: "inherit",
    textAlign: "start",
    cursor: "pointer",
    ...createFocusOutlineStyle(),
  },
  mark: {
    position: "absolute",
    "&:hover": { backgroundColor: tokens.colorSubtleBackgroundHover, opacity: 0.5 },
    "@media (forced-colors: active)": { "&:hover": { outline: "2px solid Highlight" } },
  },
});

interface Props {
  /** What the Guests page is set to. */
  view: Partial<GuestPlace>;
  /** The accessible name, where the content does not say it. */
  label?: string;
  title?: string;
  className?: string | undefined;
  /** Lies over a mark of a chart. */
  over?: { left: number; top: number; width: number; height: number };
  children?: ReactNode;
}

/** Opens the Guests page with a filter: a bar, a wedge, a line of a list. */
export function OpenGuests({ view, label, title, className, over, children }: Props) {
  const styles = useStyles();
  const place: CSSProperties = over ?? {};
  return (
    <button
      type="button"
      className={mergeClasses(styles.root, over && styles.mark, className)}
      style={place}
      aria-label={label}
      title={title}
      onClick={() => goTo("guests", writeGuestView(view))}
    >
      {children}
    </button>
  );
}
