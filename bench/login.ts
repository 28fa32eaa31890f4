/* Logins per second through HTTP, compared with the bare password hash. Also the time to count an attempt. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuth } from "latchkey";
import { coreOf } from "../src/assemble.ts";
import { passwordAttempt } from "../src/core/counters/index.ts";
import { startChild } from "./child.ts";
import { milliseconds, percent, report, times } from "./figure.ts";
import { load } from "./loader.ts";
import { loginRequest, newBrowser } from "./login-request.ts";
import { inTurns, median, medianRatio, percentile } from "./measure.ts";

const ROUNDS = 7;
const ROUND_MS = 3000;
/** More than hash at once, so that no slot waits for a request. */
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

/** Each connection signs in to separate accounts, so that no account has two logins at once. */
let count = 0;
const last: string[] = [];
function loginOf(connection: number): string {
  const mine = emails.filter((_, index) => index % CONNECTIONS === connection);
  const login = mine[count++ % mine.length] as string;
  last[connection] = login;
  return login;
}

const newcomer = (connection: number): string =>
  loginRequest(browser, { login: loginOf(connection), password });

/** The device cookie of each account's browser since its last login. */
const devices = new Map<string, string>();
function returning(connection: number): string {
  const login = loginOf(connection);
  const cookie = [browser.cookie, devices.get(login)].filter(Boolean).join("; ");
  return loginRequest({ ...browser, cookie }, { login, password });
}

function keepDevice(connection: number, head: string): void {
  const device = /\r\nset-cookie: *(device=[^;\r]+)/i.exec(head)?.[1];
  if (device !== undefined) devices.set(last[connection] as string, device);
}

const latencies: Record<"returning" | "newcomers", number[]> = { returning: [], newcomers: [] };
async function logins(who: keyof typeof latencies): Promise<number> {
  const result = await load({
    port,
    connections: CONNECTIONS,
    request: who === "returning" ? returning : newcomer,
    answered: keepDevice,
    durationMs: ROUND_MS,
    status: 200,
  });
  latencies[who].push(...result.latencies);
  return result.responses / result.seconds;
}

const rate = await inTurns(ROUNDS, {
  raw: () => server.ask<number>({ atOnce: concurrency, durationMs: ROUND_MS }),
  returning: () => logins("returning"),
  newcomers: () => logins("newcomers"),
});
await server.stop();

const auth = createAuth({
  origin: "http://localhost:3000",
  database: `sqlite:${join(folder, "reserve.db")}`,
  secretKeys: ["bench key: 0123456789 abcdefghijklmnopqrstuvwxyz"],
  throttle: { perAccount: 1e9, perAddress: 1e9, perSite: 1e9, consecutiveFailures: 1e9 },
});
await auth.ready();
const strangerFacts = {
  address: "",
  userAgent: null,
  requestId: "bench",
  deviceToken: null,
  preSession: null,
  locale: null,
  sessionId: null,
  userId: null,
};
const reservations: number[] = [];
for (let number = 0; number < RESERVATIONS; number++) {
  const facts = { ...strangerFacts, address: `198.51.100.${number % 50}` };
  const attempt = passwordAttempt(coreOf(auth), {
    userId: `account ${number % 500}`,
    typed: "",
    deviceId: null,
    facts,
  });
  const before = performance.now();
  await attempt.take();
  if (number >= 500) reservations.push(performance.now() - before);
}
await auth.close();
rmSync(folder, { recursive: true, force: true });

const perSecond = (name: keyof typeof rate) => `${median(rate[name]).toFixed(0)}/s`;
const [p50, p99] = [percentile(reservations, 0.5), percentile(reservations, 0.99)];
const ratio = (who: keyof typeof latencies) => medianRatio(rate[who], rate.raw);
const figure = (name: string, who: keyof typeof latencies) => ({
  name,
  measured: `${perSecond(who)} (p50 ${milliseconds(percentile(latencies[who], 0.5))}, p99 ${milliseconds(percentile(latencies[who], 0.99))})`,
  against: `bare argon2id, ${concurrency} at once ${perSecond("raw")}`,
  ratio: percent(ratio(who)),
});
report([
  {
    ...figure("logins through HTTP, in browsers that come back", "returning"),
    target: "≥ 90 %",
    met: ratio("returning") >= 0.9,
  },
  {
    ...figure("logins through HTTP, in new browsers: a device and a mail each", "newcomers"),
    target: "–",
    met: null,
  },
  {
    name: "reserving an attempt (4 budgets, one transaction)",
    measured: `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`,
    against: "p99 / p50",
    ratio: times(p99 / p50),
    target: "p99 ≤ 0.5 ms",
    met: p99 <= 0.5,
  },
]);
