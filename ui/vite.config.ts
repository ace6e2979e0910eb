import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
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
