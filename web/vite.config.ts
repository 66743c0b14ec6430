/** Build the web pages into the Python package, and serve them while developing.
 *
 * `npm run dev` answers the API from `dev/mock` (never shipped); `npm run dev:api` forwards it to a running
 * `spendmap serve`, whose address is read from SPENDMAP_URL.
 */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { mockApi } from "./dev/mock-plugin.ts";

export default defineConfig(({ mode, command }) => ({
  plugins: [react(), ...(command === "serve" && mode === "mock" ? [mockApi()] : [])],
  base: "/",
  build: {
    outDir: process.env.SPENDMAP_WEB_OUT ?? "../src/spendmap/api/static",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 900,
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
  },
  server: {
    host: "127.0.0.1",
    port: 5180,
    proxy: mode === "mock" ? {} : { "/api": process.env.SPENDMAP_URL ?? "http://127.0.0.1:8765" },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
}));
