import { clearMocks } from "@tauri-apps/api/mocks";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { fixFormats } from "../format/format";

// A busy machine takes longer than a second to draw a page; what never comes still fails.
configure({ asyncUtilTimeout: 8_000 });

beforeEach(() => {
  fixFormats("en-GB", "UTC");
  window.location.hash = "";
  localStorage.clear();
});

afterEach(async () => {
  cleanup();
  // Effects that stop listening run after the unmount; the mocks have to outlive them.
  await new Promise((done) => setTimeout(done));
  clearMocks();
});

// jsdom lays nothing out: every element gets the size of the default window, so that virtual lists draw rows.
class FixedResizeObserver implements ResizeObserver {
  readonly #callback: ResizeObserverCallback;
  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback;
  }
  observe(target: Element): void {
    const size = { inlineSize: 1320, blockSize: 860 };
    const entry = {
      target,
      contentRect: DOMRectReadOnly.fromRect({ width: 1320, height: 860 }),
      borderBoxSize: [size],
      contentBoxSize: [size],
      devicePixelContentBoxSize: [size],
    };
    this.#callback([entry as ResizeObserverEntry], this);
  }
  unobserve(): void {}
  disconnect(): void {}
}

vi.stubGlobal("ResizeObserver", FixedResizeObserver);
vi.stubGlobal("matchMedia", (media: string) => ({
  media,
  matches: false,
  addEventListener() {},
  removeEventListener() {},
}));
for (const name of ["offsetHeight", "clientHeight"]) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, value: 860 });
}
for (const name of ["offsetWidth", "clientWidth"]) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, value: 1320 });
}
Element.prototype.scrollTo = () => {};

// Thousands of style rules make every computed style slow here, and no test looks at a colour.
CSSStyleSheet.prototype.insertRule = () => 0;
