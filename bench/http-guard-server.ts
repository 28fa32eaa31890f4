/* One process, four servers: the same route bare, behind a middleware of nobody, behind ours, and behind a guard as well. */
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { latchkey, requireLogin } from "latchkey/hono";
import { createTestAuth } from "latchkey/testing";
import { answerParent } from "./child.ts";

const { auth, as } = createTestAuth({ database: `sqlite:${process.env.BENCH_DATABASE}` });
const browser = await as("anna@example.org");

const dashboard = (email: string) => ({
  email,
  posts: [
    { id: 1, title: "The first post", published: true },
    { id: 2, title: "A second one", published: false },
  ],
  unread: 3,
});
const open = (c: Context) => c.json(dashboard("anna@example.org"));

const bare = new Hono().get("/dashboard", open);
const passing = new Hono().use(async (_, next) => next()).get("/dashboard", open);
const middleware = new Hono().use(latchkey(auth)).get("/dashboard", open);
const guarded = new Hono()
  .use(latchkey(auth))
  .get("/dashboard", requireLogin(), (c) => c.json(dashboard(c.var.auth.user.email)));

const listen = (app: Hono): Promise<number> =>
  new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, (address: AddressInfo) =>
      resolve(address.port),
    );
    process.once("SIGTERM", () => server.close());
  });

const ports = {
  bare: await listen(bare as unknown as Hono),
  passing: await listen(passing as unknown as Hono),
  middleware: await listen(middleware as unknown as Hono),
  guarded: await listen(guarded as unknown as Hono),
};
process.once("SIGTERM", () => process.exit(0));
answerParent(() => process.cpuUsage());
process.send?.({ ports, cookie: browser.cookie });
