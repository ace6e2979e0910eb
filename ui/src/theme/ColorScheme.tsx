import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";

/** What the administrator chose; `system` follows the operating system. */
export type SchemeChoice = "system" | "light" | "dark";

interface ColorScheme {
  scheme: "light" | "dark";
  choice: SchemeChoice;
  choose: (choice: SchemeChoice) => void;
}

const KEY = "usher.theme";
const SchemeContext = createContext<ColorScheme>({ scheme: "light", choice: "system", choose: () => {} });

const darkQuery = () => window.matchMedia("(prefers-color-scheme: dark)");

const followSystem = (changed: () => void) => {
  const query = darkQuery();
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
};

function remembered(): SchemeChoice {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

/** Holds the colour scheme: the system's, until the administrator toggles it. */
export function ColorSchemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<SchemeChoice>(remembered);
  const systemIsDark = useSyncExternalStore(followSystem, () => darkQuery().matches);
  const scheme = choice === "system" ? (systemIsDark ? "dark" : "light") : choice;

  useEffect(() => {
    document.documentElement.style.colorScheme = scheme;
  }, [scheme]);

  const value = useMemo<ColorScheme>(
    () => ({
      scheme,
      choice,
      choose: (next) => {
        if (next === "system") localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, next);
        setChoice(next);
      },
    }),
    [scheme, choice],
  );
  return <SchemeContext value={value}>{children}</SchemeContext>;
}

/** The colour scheme and how to change it. */
export const useColorScheme = () => useContext(SchemeContext);
