/** Answers `/api/*` from the sample in `mock-data.ts`, while developing only. */
import type { Plugin } from "vite";

import { answer } from "./mock-api.ts";

export function mockApi(): Plugin {
  return {
    name: "spendmap-mock-api",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.originalUrl ?? request.url ?? "/", "http://localhost");
        if (!url.pathname.startsWith("/api/")) return next();
        const { status, body } = answer(url);
        response.statusCode = status;
        response.setHeader("content-type", status < 400 ? "application/json" : "application/problem+json");
        response.end(JSON.stringify(body));
      });
    },
  };
}
