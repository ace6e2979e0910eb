import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * The shipped window freezes `Object.prototype`, and then an assignment to a property inherited from it throws. d3
 * assigns to `constructor` and `toString` of its own prototypes: defining the property first makes that allowed.
 */
function d3OnFrozenPrototypes(): Plugin {
  const assignment = /^(\s*)([\w.]+)\.(constructor|toString|valueOf) = /gm;
  return {
    name: "d3-on-frozen-prototypes",
    transform(code, id) {
      if (!/\/node_modules\/d3-/.test(id) || !assignment.test(code)) return null;
      const defined = 'Object.defineProperty($2, "$3", { writable: true, configurable: true });';
      return code.replace(assignment, `$1${defined} $2.$3 = `);
    },
  };
}

export default defineConfig({
  plugins: [react(), d3OnFrozenPrototypes()],
  // Served as it is in development, so that the plugin above sees it.
  optimizeDeps: { exclude: ["d3-color", "d3-format"] },
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    // WebKitGTK 2.50 is about Safari 26; macOS 11 and WebView2 decide the floor.
    target: ["safari16", "chrome120"],
    sourcemap: false,
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    // An axe run over a page in jsdom takes seconds on a busy machine.
    testTimeout: 45_000,
  },
});
