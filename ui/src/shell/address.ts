import { useSyncExternalStore } from "react";

/** A place in the window: a page and what it is set to. Lives in the hash, so it survives reload and can be copied. */
export interface Address {
  page: string;
  params: URLSearchParams;
}

/** Reads `#/guests?reason=x`. */
export function parseAddress(hash: string): Address {
  const text = hash.replace(/^#?\/?/, "");
  const question = text.indexOf("?");
  const page = question < 0 ? text : text.slice(0, question);
  return { page, params: new URLSearchParams(question < 0 ? "" : text.slice(question + 1)) };
}

/** Writes `#/guests?reason=x`. */
export function hrefOf(page: string, params?: URLSearchParams | Record<string, string>): string {
  const query = params ? new URLSearchParams(params).toString() : "";
  return query ? `#/${page}?${query}` : `#/${page}`;
}

/** Goes to a page. `replace` leaves no step behind for Back: for filters that change while typing. */
export function goTo(
  page: string,
  params?: URLSearchParams | Record<string, string>,
  { replace = false }: { replace?: boolean } = {},
): void {
  const href = hrefOf(page, params);
  if (href === window.location.hash) return;
  if (replace) {
    window.history.replaceState(null, "", href);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    window.location.hash = href;
  }
}

const follow = (changed: () => void) => {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
};

/** The present address; the component renders again when it changes. */
export function useAddress(): Address {
  const hash = useSyncExternalStore(follow, () => window.location.hash);
  return parseAddress(hash);
}

const SCHEME = "usher:";

/** The present view as text for a colleague, who pastes it into Usher's search box. */
export const viewLink = (): string => `${SCHEME}${window.location.hash.replace(/^#/, "")}`;

/** The hash behind a pasted view link, or null where the text is none. */
export function hrefFromViewLink(text: string): string | null {
  const trimmed = text.trim();
  return trimmed.startsWith(`${SCHEME}/`) ? `#${trimmed.slice(SCHEME.length)}` : null;
}
