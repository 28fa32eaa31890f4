import { Hono } from "hono";
import type { Auth } from "latchkey";

/** `/healthz`: the process answers. `/readyz`: the database answers too. Neither reads sessions. */
export function healthRoutes(auth: Auth): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    try {
      await auth.ready();
      await auth.database.one("SELECT id FROM migrations LIMIT 1");
      return c.json({ status: "ready" });
    } catch (error) {
      auth.log.error({ detail: String(error) }, "not ready");
      return c.json({ status: "unavailable" }, 503, { "Retry-After": "5" });
    }
  });
  return app;
}
