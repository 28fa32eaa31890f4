/* A server with sign-in. On demand it only hashes, with the same number at once. */
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { hash, verify } from "@node-rs/argon2";
import { Hono } from "hono";
import { createAuth, defaultHashParameters, unwrap } from "latchkey";
import { latchkey } from "latchkey/hono";
import { silentLogger } from "../src/platform/log/index.ts";
import { answerParent } from "./child.ts";

const ACCOUNTS = 64;
const password = "a quiet teapot in the rain";
const auth = createAuth({
  origin: "http://localhost:3000",
  database: `sqlite:${process.env.BENCH_DATABASE}`,
  secretKeys: ["bench key: 0123456789 abcdefghijklmnopqrstuvwxyz"],
  logger: silentLogger,
  // All logins come from one address here.
  throttle: { perAddress: 10_000, signInsPerAccount: 1_000_000 },
});
await auth.ready();
const emails = Array.from({ length: ACCOUNTS }, (_, number) => `user${number}@example.org`);
for (const email of emails) await unwrap(auth.users.create({ email, password }));

const { memoryKiB, passes, parallelism } = defaultHashParameters;
const stored = await hash(password, { memoryCost: memoryKiB, timeCost: passes, parallelism });

/** Verifications per second of the bare package. */
async function rawRate({ atOnce, durationMs }: { atOnce: number; durationMs: number }): Promise<number> {
  const before = performance.now();
  let count = 0;
  const work = async () => {
    while (performance.now() - before < durationMs) {
      await verify(stored, password);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (count / (performance.now() - before)) * 1000;
}

/** The number of hashes that the library runs at once, observed under full load. */
async function concurrency(): Promise<number> {
  const attempts = emails
    .slice(0, 16)
    .map((email) => auth.account.login({ login: email, password }, auth.context({ address: "192.0.2.1" })));
  let most = 0;
  for (let look = 0; look < 20; look++) {
    await delay(2);
    most = Math.max(most, auth.metrics().hashing.running);
  }
  await Promise.all(attempts);
  return most;
}

const app = new Hono().use(latchkey(auth));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, async ({ port }: AddressInfo) => {
  answerParent(rawRate);
  process.send?.({ port, emails, password, concurrency: await concurrency() });
});
