import { useShortcut } from "./useShortcut";

const ORDER = ["top", "rail", "filters", "content", "table", "panel", "status"] as const;
const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), [tabindex='0']";

/** F6 and Shift+F6 go from region to region: top bar, rail, filters, cards or table, panel, status bar. */
export function useRegions(): void {
  const move = (step: 1 | -1) => {
    const found = ORDER.flatMap((name) => [
      ...document.querySelectorAll<HTMLElement>(`[data-region="${name}"]`),
    ]);
    if (found.length === 0) return;
    const at = found.findIndex((region) => region.contains(document.activeElement));
    const next = found[(at + step + found.length) % found.length];
    const target = next?.matches(FOCUSABLE) ? next : next?.querySelector<HTMLElement>(FOCUSABLE);
    target?.focus();
  };
  useShortcut("F6", {}, () => move(1));
  useShortcut("F6", { shift: true }, () => move(-1));
}
