import { useEffect, useState } from "react";

/**
 * Gives focus back when a dialog closes: to where it was, else to the open panel or the table. Fluent does so for dialogs
 * with a trigger of their own; those that are opened by an action have none.
 */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        const isTaken = document.activeElement !== null && document.activeElement !== document.body;
        if (isTaken || document.querySelector("[role='dialog']")) return;
        const isThere = before instanceof HTMLElement && before !== document.body && before.isConnected;
        const target = isThere
          ? before
          : document.querySelector<HTMLElement>("[data-region='panel'] h2, [data-region='table']");
        target?.focus();
      });
    },
    [before],
  );
}
