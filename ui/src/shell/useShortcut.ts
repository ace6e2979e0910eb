import { useEffect, useRef } from "react";

interface Modifiers {
  /** Ctrl, or Cmd on a Mac. */
  ctrl?: boolean;
  shift?: boolean;
}

/** Runs `action` when the key is pressed anywhere in the window. */
export function useShortcut(
  key: string,
  { ctrl = false, shift = false }: Modifiers,
  action: () => void,
): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== key.toLowerCase() || event.altKey) return;
      if ((event.ctrlKey || event.metaKey) !== ctrl || event.shiftKey !== shift) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [key, ctrl, shift]);
}
