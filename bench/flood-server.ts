/* A server with sign-in and a page for members. On demand it also reads a file and checks a session. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Hono } from "hono";
import { createAuth, unwrap } from "latchkey";
import { latchkey, requireLogin } from "latchkey/hono";
import { refuseFlood } from "latchkey/node";
import { silentLogger } from "../app/logging.ts";
import { createHttpServer } from "../app/server.ts";
import { answerParent } from "./child.ts";

const folder = process.env.BENCH_FOLDER as string;
const file = join(folder, "64-kilobytes");
const origin = "http://localhost:3000";
await writeFile(file, Buffer.alloc(65_536, "a"));
const auth = createAuth({
  origin,
  database: `sqlite:${join(folder, "app.db")}`,
  secretKeys: ["bench key: 0123456789 abcdefghijklmnopqrstuvwxyz"],
  logger: silentLogger,
  // The flood comes from many addresses and tries many accounts, so no budget stops it before the hashing.
  throttle: { perAddress: 1e9, perSite: 1e9 },
});
await auth.ready();

async function check(cookie: string): Promise<void> {
  const { user } = await auth.for(new Request(origin, { headers: { cookie } }));
  if (user === null) throw new Error("The session is missing.");
}

/** The time that this takes, every few milliseconds. */
async function latencies(act: () => Promise<unknown>, durationMs: number): Promise<number[]> {
  const end = performance.now() + durationMs;
  const all: number[] = [];
  while (performance.now() < end) {
    const before = performance.now();
    await act();
    all.push(performance.now() - before);
    await delay(2);
  }
  return all;
}

/** Checks a session and reads a file, in parallel. */
async function look({ cookie, durationMs }: { cookie: string; durationMs: number }) {
  const [checks, files] = await Promise.all([
    latencies(() => check(cookie), durationMs),
    latencies(() => readFile(file), durationMs),
  ]);
  return { checks, files };
}

await unwrap(auth.users.create({ email: "member@example.org", password: "a quiet teapot in the rain" }));
const app = new Hono()
  .use(latchkey(auth))
  .get("/members", requireLogin(), (c) => c.json({ id: c.var.auth.user.id }));
// As the application does it.
const server = createHttpServer({ log: silentLogger, https: false });
const port = await server.listen(0, "127.0.0.1");
server.answerWith(app.fetch, (request, response) => refuseFlood(auth, request, response));
answerParent(look);
process.send?.({ port });
