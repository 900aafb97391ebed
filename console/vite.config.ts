import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The console runs behind a strict content security policy on networks without
// internet access: everything is served from its own origin, nothing is inlined.
export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    chunkSizeWarningLimit: 1000,
    // The inline preload helper is plain code in the entry chunk, so it stays within the policy.
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/api": process.env.CONSOLE_API ?? "http://127.0.0.1:8080" },
  },
  test: {
    environment: "jsdom",
    globals: false,
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
