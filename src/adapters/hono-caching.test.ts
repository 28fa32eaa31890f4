import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { latchkey, requireLogin, requireRole } from "./hono.ts";
import { createTestAuth, type SignedInBrowser } from "./testing.ts";

// Replaces the global Response as a server on Node does: its responses share the Headers of their options.
getRequestListener(() => new Response());

const t = createTestAuth();
const shared = new Headers({ "Content-Type": "text/plain" });
const app = new Hono()
  .use(latchkey(t.auth))
  .get("/public", (c) => c.json({ open: true }))
  .get("/named", (c) => c.text(c.var.auth.user?.email ?? "nobody"))
  .get("/guarded", requireLogin(), (c) => c.json({ email: c.var.auth.user.email }))
  .get("/twice", requireLogin(), requireRole("admin"), (c) => c.text("in"))
  .get("/own", requireLogin(), (c) => c.text("mine", 200, { "Cache-Control": "private, max-age=60" }))
  .get("/vary", requireLogin(), (c) => {
    c.header("Vary", "Accept");
    return c.text("by type");
  })
  .get("/consent", (c) => {
    const headers = { Vary: "X-Cookie-Consent", "Cache-Control": "public, max-age=60" };
    return c.text(c.var.auth.user?.email ?? "nobody", 200, headers);
  })
  .get("/raw", requireLogin(), () => new Response("as it is", { headers: shared }))
  .get("/immutable", requireLogin(), () => Response.redirect("http://localhost:3000/public", 303))
  .get("/flash", (c) => {
    c.var.auth.flash("Seen.");
    return new Response("kept", { headers: shared });
  })
  .get("/late", requireLogin(), async (c) => {
    await Promise.resolve();
    throw new Error(`not for ${c.var.auth.user.email}`);
  });
app.onError((_, c) => c.text("broken", 500));

let browser: SignedInBrowser;
beforeAll(async () => {
  browser = await t.as("anna@example.org", { roles: ["admin"] });
});
afterAll(() => t.close());

const signedIn = (path: string) => app.request(path, { headers: { cookie: browser.cookie } });

describe("[HD-06] an answer that depends on the session", () => {
  test.each(["/named", "/guarded", "/twice", "/raw", "/immutable", "/late"])(
    "a personal answer declares itself to caches once: %s",
    async (path) => {
      const { headers } = await signedIn(path);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("vary")).toBe("Cookie");
    },
  );

  test("a personal answer keeps the handler's caching headers, and still varies by cookie", async () => {
    const own = await signedIn("/own");
    expect(own.headers.get("cache-control")).toBe("private, max-age=60");
    expect(own.headers.get("vary")).toBe("Cookie");
    const vary = await signedIn("/vary");
    expect(vary.headers.get("vary")).toBe("Accept, Cookie");
  });

  test("a Vary name that contains the word cookie isn't taken for the cookie", async () => {
    const { headers } = await signedIn("/consent");
    expect(headers.get("vary")).toBe("X-Cookie-Consent, Cookie");
  });

  test("headers that several answers share stay unchanged", async () => {
    const raw = await signedIn("/raw");
    const flash = await signedIn("/flash");
    expect(await raw.text()).toBe("as it is");
    expect(flash.headers.getSetCookie()).toHaveLength(1);
    expect(flash.headers.get("cache-control")).toBe("no-store");
    expect([...shared.keys()]).toEqual(["content-type"]);
  });
});

test("an answer that used no session may be cached", async () => {
  for (const answer of [await signedIn("/public"), await app.request("/named")]) {
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBeNull();
    expect(answer.headers.get("vary")).toBeNull();
  }
});
