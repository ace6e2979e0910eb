import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { preloadFirstPage } from "./shell/pages";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

const draw = () =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );

// Without its code a page says what is wrong when it is drawn.
preloadFirstPage().then(draw, draw);
