/*
 * How quickly a queue of mail is sent by SMTP, and what that costs parallel requests. Also whether an answer's time
 * reveals an account while the mail server is slow. Sender, mail server and load are separate processes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startChild } from "./child.ts";
import { milliseconds, percent, report, times } from "./figure.ts";
import { load } from "./loader.ts";
import { inTurns, median, medianRatio, percentile } from "./measure.ts";

const MAILS = 1000;
const ROUNDS = 5;
const IDLE_MS = 4000;
const SETTLE_MS = 500;
/** Visitors with pauses between requests, not a flood: about 300 requests a second. */
const CONNECTIONS = 8;
const REST_MS = 25;

/** As `npm start` runs the application. */
const APPLICATION_FLAGS = ["--max-semi-space-size=1", "--v8-pool-size=1"];

const SLOW_MS = 2000;
const PAIRS = 500;
/** The background work of a request ends before the next one is timed. */
const PAUSE_MS = 15;

interface Sender {
  port: number;
  cookie: string;
  known: number;
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const server = await startChild<{ port: number }>("./mail-server.ts");
process.env.BENCH_DATABASE = join(folder, "app.db");
process.env.BENCH_SMTP_PORT = String(server.ready.port);
const sender = await startChild<Sender>("./mail-sender.ts", APPLICATION_FLAGS);
const { port, cookie, known } = sender.ready;

const checkSession = [
  "GET /dashboard HTTP/1.1",
  "Host: localhost:3000",
  "Accept: application/json",
  `Cookie: ${cookie}`,
  "\r\n",
].join("\r\n");

/** The p99 of requests with a session while this runs. */
async function p99(durationMs: number | Promise<unknown>): Promise<number> {
  const result = await load({
    port,
    connections: CONNECTIONS,
    request: () => checkSession,
    durationMs,
    status: 200,
    restMs: REST_MS,
  });
  return percentile(result.latencies, 0.99);
}

const seconds: number[] = [];
let rounds = 0;
const latency = await inTurns(ROUNDS, {
  idle: () => p99(IDLE_MS),
  sending: async () => {
    await sender.ask({ queue: MAILS });
    await delay(SETTLE_MS);
    const sent = sender.ask<number>({});
    const result = await p99(sent);
    if (rounds > 0) seconds.push((await sent) / 1000);
    rounds += 1;
    return result;
  },
});
if ((await server.ask<number>({})) !== MAILS * (ROUNDS + 1)) throw new Error("Not every mail arrived once.");

/** Milliseconds until a request for a new password is answered. */
async function forgotPassword(email: string): Promise<number> {
  const headers = { accept: "application/json", "content-type": "application/json", ...token };
  await delay(PAUSE_MS);
  const before = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/forgot-password`, {
    method: "POST",
    headers,
    body: JSON.stringify({ email }),
  });
  await answer.arrayBuffer();
  const took = performance.now() - before;
  if (answer.status !== 202) throw new Error(`POST /forgot-password answered ${answer.status}.`);
  return took;
}

await server.ask({ delayMs: SLOW_MS });
const csrf = await fetch(`http://127.0.0.1:${port}/csrf`, { headers: { accept: "application/json" } });
const token = {
  "x-csrf-token": ((await csrf.json()) as { csrf_token: string }).csrf_token,
  cookie: csrf.headers.getSetCookie()[0]?.split(";")[0] ?? "",
  origin: "http://localhost:3000",
};
let count = 0;
const answered = await inTurns(PAIRS, {
  known: () => forgotPassword(`known${count++ % known}@example.org`),
  unknown: () => forgotPassword(`other${count++ % known}@example.org`),
});
await sender.stop();
await server.stop();
rmSync(folder, { recursive: true, force: true });

const p99Ratio = medianRatio(latency.sending, latency.idle);
const spread = (values: readonly number[]) => `${median(values).toFixed(1)} s`;
const [forKnown, forUnknown] = [median(answered.known), median(answered.unknown)];
const difference = Math.abs(forKnown - forUnknown) / forUnknown;

report([
  {
    name: `${MAILS} queued mails leave by SMTP`,
    measured: spread(seconds),
    against: "–",
    ratio: "–",
    target: "≤ 10 s",
    met: median(seconds) <= 10,
  },
  {
    name: "p99 of requests with a session, while they leave",
    measured: milliseconds(median(latency.sending)),
    against: `nothing to send ${milliseconds(median(latency.idle))}`,
    ratio: times(p99Ratio),
    target: "≤ 2 ×",
    met: p99Ratio <= 2,
  },
  {
    name: "POST /forgot-password, known address, mail server takes 2 s",
    measured: `p50 ${milliseconds(forKnown)}`,
    against: `unknown address p50 ${milliseconds(forUnknown)}`,
    ratio: `${percent(difference)} apart`,
    target: "< 5.0 %",
    met: difference < 0.05,
  },
]);
