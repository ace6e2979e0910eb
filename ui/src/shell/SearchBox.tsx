import { SearchBox as FluentSearchBox, makeStyles, tokens } from "@fluentui/react-components";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { ramp } from "../theme/type";
import { PaletteList } from "./palette/PaletteList";
import { type Entry, usePalette } from "./palette/usePalette";
import { useShortcut } from "./useShortcut";

const useStyles = makeStyles({
  palette: { position: "relative", width: "100%", maxWidth: "432px", minWidth: "160px" },
  box: {
    width: "100%",
    maxWidth: "none",
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

/** The command palette: finds guests and failure reasons, opens pages and pasted view links, runs commands. */
export function SearchBox() {
  const styles = useStyles();
  const base = useId();
  const [text, setText] = useState("");
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const groups = usePalette(text, isOpen);
  const entries = groups.flatMap((group) => group.entries);
  // Nothing chosen by hand: the first is the likeliest. With an empty box Enter does nothing.
  const first = text.trim() === "" ? undefined : entries[0];
  const active = entries.find((entry) => entry.id === chosen) ?? first;
  const listId = `${base}-list`;
  const optionId = (entry: Entry) => `${base}-${entry.id}`;

  const write = (next: string) => {
    setText(next);
    setChosen(null);
    setIsOpen(true);
  };
  const close = () => {
    setIsOpen(false);
    setChosen(null);
  };
  const choose = (entry: Entry) => {
    close();
    setText("");
    // What opens takes the focus.
    input.current?.blur();
    entry.run();
  };
  useShortcut("k", { ctrl: true }, () => {
    input.current?.focus();
    input.current?.select();
    setIsOpen(true);
  });
  const move = (step: 1 | -1) => {
    const at = active ? entries.indexOf(active) : step === 1 ? -1 : 0;
    const next = entries[(at + step + entries.length) % entries.length];
    if (next) setChosen(next.id);
    setIsOpen(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // These keys choose among what an input method offers.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && active) choose(active);
    else if (event.key === "Escape" && isOpen) close();
    else if (event.key === "Escape") setText("");
    else return;
    event.preventDefault();
  };
  const isShown = isOpen && entries.length > 0;
  return (
    <div className={styles.palette}>
      <FluentSearchBox
        className={styles.box}
        ref={(box: HTMLInputElement | null) => {
          input.current = box;
        }}
        value={text}
        placeholder="Find a guest, object ID, correlation ID or AADSTS code"
        aria-label="Find a guest, a failure reason or a command"
        aria-keyshortcuts="Control+K"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={isShown ? listId : undefined}
        aria-activedescendant={isShown && active ? optionId(active) : undefined}
        contentAfter={{ children: <span className={styles.key}>Ctrl K</span> }}
        onChange={(_, change) => write(change.value)}
        onClick={() => setIsOpen(true)}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      {isShown ? (
        <PaletteList id={listId} groups={groups} active={active} optionId={optionId} onChoose={choose} />
      ) : null}
    </div>
  );
}
