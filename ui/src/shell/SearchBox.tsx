import { SearchBox as FluentSearchBox, makeStyles, tokens } from "@fluentui/react-components";
import { useRef, useState } from "react";
import { writeGuestView } from "../guests/guestAddress";
import { ramp } from "../theme/type";
import { goTo, hrefFromViewLink } from "./address";
import { useShortcut } from "./useShortcut";

const useStyles = makeStyles({
  box: {
    width: "100%",
    maxWidth: "432px",
    flexShrink: 1,
    minWidth: "160px",
    "& .fui-SearchBox__input": { ...ramp.caption },
  },
  key: {
    fontSize: "11px",
    lineHeight: "16px",
    padding: "0 6px",
    borderRadius: "4px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground4,
    color: tokens.colorNeutralForeground3,
    whiteSpace: "nowrap",
  },
});

/** Finds guests: Enter opens the list with the search. A pasted view link opens that view. */
export function SearchBox() {
  const styles = useStyles();
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useShortcut("k", { ctrl: true }, () => {
    input.current?.focus();
    input.current?.select();
  });
  const open = () => {
    const wanted = text.trim();
    if (!wanted) return;
    const link = hrefFromViewLink(wanted);
    if (link) window.location.hash = link;
    else goTo("guests", writeGuestView({ filter: { search: wanted } }));
    setText("");
  };
  return (
    <FluentSearchBox
      className={styles.box}
      ref={(box: HTMLInputElement | null) => {
        input.current = box;
      }}
      value={text}
      placeholder="Find a guest by name, mail, UPN or object ID"
      aria-label="Find a guest"
      aria-keyshortcuts="Control+K"
      contentAfter={{ children: <span className={styles.key}>Ctrl K</span> }}
      onChange={(_, change) => setText(change.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") open();
      }}
    />
  );
}
