import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { startSession } from "./ipc/session";
import { goTo } from "./shell/address";
import { prefetchFirstPage, preloadFirstPage } from "./shell/pages";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

// Before anything is drawn, which would be drawn again.
if (window.location.hash === "") goTo("overview", undefined, { replace: true });

// Without its code a page says what is wrong when it is drawn.
const code = preloadFirstPage().catch(() => {});
const session = startSession((client) => Promise.all([prefetchFirstPage(client), code]));

createRoot(root).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
