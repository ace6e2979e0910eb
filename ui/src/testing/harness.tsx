import { createRoot } from "react-dom/client";
import { App } from "../App";
import type { AppView } from "../ipc/bindings";
import { startSession } from "../ipc/session";
import { prefetchFirstPage } from "../shell/pages";
import { appView, firstRun } from "./appFixtures";
import { fakeShell, type Handlers } from "./fake";
import { guestHandlers, manyGuests } from "./fixtures";

// The window on made-up answers, for looking at screens in a browser: dev.html?scene=offline&theme=dark#/guests
const wanted = new URLSearchParams(window.location.search);
const scene = wanted.get("scene") ?? "online";
const sandboxTenant = {
  id: "s1",
  name: "Sandbox tenant",
  domain: "contoso-sandbox",
  sandbox: true,
  premium: true,
};

const scenes: Record<string, AppView> = {
  online: appView(),
  first: firstRun(),
  offline: appView({ connection: { state: "offline", dataFrom: "2026-11-22T17:02:00Z" } }),
  empty: appView({ connection: { state: "online", syncedAt: null }, sync: { state: "idle" } }),
  expired: appView({ connection: { state: "signInExpired", dataFrom: "2026-11-22T17:02:00Z" } }),
  sandbox: appView({ tenant: sandboxTenant, knownTenants: [sandboxTenant] }),
};

// The shipped window freezes prototypes; a library that writes to them shows here.
if (wanted.has("frozen")) Object.freeze(Object.prototype);

const theme = wanted.get("theme");
if (theme) localStorage.setItem("usher.theme", theme);

const guests = scene === "empty" ? [] : manyGuests(1087);
// Each feature brings its own answers in a file named after it.
const files = import.meta.glob<{ handlers?: Handlers }>("./*Fixtures.ts", { eager: true });
const more = Object.values(files).map((file) => file.handlers ?? {});
fakeShell(Object.assign(guestHandlers(guests, scenes[scene] ?? appView()), ...more));

const root = document.getElementById("root");
if (!root) throw new Error("dev.html has no #root");
createRoot(root).render(<App session={startSession(prefetchFirstPage)} />);
