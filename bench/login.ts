/* Logins per second through HTTP against the bare password hash, and what counting an attempt takes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuth } from "latchkey";
import { bucket, reserve } from "../src/core/throttling/index.ts";
import { startChild } from "./child.ts";
import { milliseconds, percent, report, times } from "./figure.ts";
import { load } from "./loader.ts";
import { loginRequest, newBrowser } from "./login-request.ts";
import { inTurns, median, medianRatio, percentile } from "./measure.ts";

const ROUNDS = 7;
const ROUND_MS = 3000;
/** More than hash at once, so that no slot ever waits for a request. */
const CONNECTIONS = 8;
const RESERVATIONS = 3000;

interface Ready {
  port: number;
  emails: string[];
  password: string;
  concurrency: number;
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
process.env.BENCH_DATABASE = join(folder, "app.db");
const server = await startChild<Ready>("./login-server.ts");
const { port, emails, password, concurrency } = server.ready;

const browser = await newBrowser(port);

/** Each connection signs in its own accounts, so that no account is tried twice at once. */
let count = 0;
function request(connection: number): string {
  const mine = emails.filter((_, index) => index % CONNECTIONS === connection);
  const login = mine[count++ % mine.length] as string;
  return loginRequest(browser, { login, password });
}

const latencies: number[] = [];
const rate = await inTurns(ROUNDS, {
  raw: () => server.ask<number>({ atOnce: concurrency, durationMs: ROUND_MS }),
  logins: async () => {
    const result = await load({
      port,
      connections: CONNECTIONS,
      request,
      durationMs: ROUND_MS,
      status: 200,
    });
    latencies.push(...result.latencies);
    return result.responses / result.seconds;
  },
});
await server.stop();

const auth = createAuth({
  origin: "http://localhost:3000",
  database: `sqlite:${join(folder, "reserve.db")}`,
  secretKeys: ["bench key: 0123456789 abcdefghijklmnopqrstuvwxyz"],
});
await auth.ready();
const reservations: number[] = [];
for (let number = 0; number < RESERVATIONS; number++) {
  const buckets = [
    bucket("bench account", [String(number % 500)], 1_000_000, 900_000),
    bucket("bench address", [String(number % 50)], 1_000_000, 900_000),
  ];
  const before = performance.now();
  await reserve(auth.core, buckets);
  if (number >= 500) reservations.push(performance.now() - before);
}
await auth.close();
rmSync(folder, { recursive: true, force: true });

const perSecond = (name: keyof typeof rate) => `${median(rate[name]).toFixed(0)}/s`;
const [p50, p99] = [percentile(reservations, 0.5), percentile(reservations, 0.99)];
report([
  {
    name: "logins through HTTP",
    measured: `${perSecond("logins")} (p50 ${milliseconds(percentile(latencies, 0.5))}, p99 ${milliseconds(percentile(latencies, 0.99))})`,
    against: `bare argon2id, ${concurrency} at once ${perSecond("raw")}`,
    ratio: percent(medianRatio(rate.logins, rate.raw)),
    target: "–",
    met: null,
  },
  {
    name: "reserving an attempt (2 budgets, one transaction)",
    measured: `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`,
    against: "p99 / p50",
    ratio: times(p99 / p50),
    target: "–",
    met: null,
  },
]);
