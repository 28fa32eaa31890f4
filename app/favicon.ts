import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { only } from "./allow-methods.ts";

const icon = readFileSync(new URL("./favicon.ico", import.meta.url));

/** The icon for browsers that don't know SVG: they ask for this path whatever the page says. */
export function faviconRoutes(): Hono {
  const app = new Hono();
  app.get("/favicon.ico", (c) =>
    c.body(icon, 200, { "Content-Type": "image/x-icon", "Cache-Control": "public, max-age=86400" }),
  );
  app.all("/favicon.ico", only("GET", "HEAD"));
  return app;
}
