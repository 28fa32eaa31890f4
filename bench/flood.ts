/*
 * How quick session checks and file reads are in a flood of logins. The flood has fifty times the logins that can be
 * hashed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startChild } from "./child.ts";
import { milliseconds, report, times } from "./figure.ts";
import type { Attack, Attacked } from "./flood-loader.ts";
import { load } from "./loader.ts";
import { newBrowser } from "./login-request.ts";
import { median, percentile } from "./measure.ts";

const ROUNDS = 4;
const ROUND_MS = 4000;
const FLOOD_TIMES = 50;
/** More than may wait for a hash, so that most are refused and try again. */
const CONNECTIONS = 1000;
const QUEUE = 256;
const CALM_MS = 2500;

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
process.env.BENCH_FOLDER = folder;
const server = await startChild<{ port: number }>("./flood-server.ts");
const attackers = await startChild("./flood-loader.ts");
const { port } = server.ready;

const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
const { token, cookie = "" } = await newBrowser(port);
const login = await fetch(`http://127.0.0.1:${port}/login`, {
  method: "POST",
  headers: { "content-type": "application/json", "x-csrf-token": token, cookie },
  body: JSON.stringify({ login: "member@example.org", password: "a quiet teapot in the rain" }),
});
const member = cookieOf(login);

const attack = (connections: number, durationMs: number, restMs: number) =>
  attackers.ask<Attacked>({ port, token, cookie, connections, durationMs, restMs } satisfies Attack);
const total = ({ statuses }: Attacked): number => [...statuses.values()].reduce((sum, each) => sum + each, 0);

const page = `GET /members HTTP/1.1\r\nHost: localhost:3000\r\nAccept: application/json\r\nCookie: ${member}\r\n\r\n`;

/** Members who request a page at random times, over open connections. */
async function pages(durationMs: number): Promise<number[]> {
  const options = { port, connections: 4, request: () => page, durationMs, restMs: 5, status: 200 };
  return (await load(options)).latencies;
}

/** How long a member waits for a page each time, without an open connection. */
async function arrivals(durationMs: number): Promise<number[]> {
  const end = performance.now() + durationMs;
  const all: number[] = [];
  while (performance.now() < end) {
    all.push(
      ...(await load({ port, connections: 1, request: () => page, durationMs: 1, status: 200 })).latencies,
    );
    await delay(20);
  }
  return all;
}

interface Looked {
  pages: number[];
  arrivals: number[];
  checks: number[];
  files: number[];
}
type Name = keyof Looked;

/** Everything at once, after `calmMs` with open connections. */
async function look(calmMs: number): Promise<Looked> {
  const opened = pages(calmMs + ROUND_MS);
  await delay(calmMs);
  const [{ checks, files }, arrived] = await Promise.all([
    server.ask<{ checks: number[]; files: number[] }>({ cookie: member, durationMs: ROUND_MS }),
    arrivals(ROUND_MS),
  ]);
  return { pages: await opened, arrivals: arrived, checks, files };
}

const warm = await attack(8, ROUND_MS, 0);
const capacity = total(warm) / warm.seconds;
const restMs = ((CONNECTIONS - QUEUE) / (capacity * FLOOD_TIMES)) * 1000;

const idle: Looked[] = [];
const flooded: Looked[] = [];
const rates: number[] = [];
let refused = 0;
let attempts = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  idle.push(await look(0));
  const looking = look(CALM_MS);
  await delay(100);
  // A little longer than the measurement, until the last request is served.
  const attacked = await attack(CONNECTIONS, CALM_MS + ROUND_MS, restMs);
  flooded.push(await looking);
  rates.push(total(attacked) / attacked.seconds);
  refused += attacked.statuses.get(503) ?? 0;
  attempts += total(attacked);
}
await attackers.stop();
await server.stop();
rmSync(folder, { recursive: true, force: true });

const p99 = (rounds: readonly Looked[], name: Name): number =>
  median(rounds.map((each) => percentile(each[name], 0.99)));
const all = (rounds: readonly Looked[], name: Name): number[] => rounds.flatMap((each) => each[name]);
const spread = (rounds: readonly Looked[], name: Name): string =>
  `p50 ${milliseconds(percentile(all(rounds, name), 0.5))}, p99 ${milliseconds(p99(rounds, name))}`;
const ratio = (name: Name): number =>
  median(flooded.map((each, round) => percentile(each[name], 0.99) / p99([idle[round] as Looked], name)));

report([
  {
    name: "logins under the flood",
    measured: `${median(rates).toFixed(0)}/s answered, ${((refused / attempts) * 100).toFixed(0)} % with 503`,
    against: `capacity ${capacity.toFixed(0)}/s`,
    ratio: times(median(rates) / capacity),
    target: "–",
    met: null,
  },
  {
    name: "session check through HTTP under the flood, kept connections",
    measured: spread(flooded, "pages"),
    against: `idle ${spread(idle, "pages")}`,
    ratio: times(ratio("pages")),
    target: "≤ 3.00 × at p99",
    met: ratio("pages") <= 3,
  },
  {
    name: "the same for a new connection",
    measured: spread(flooded, "arrivals"),
    against: `idle ${spread(idle, "arrivals")}`,
    ratio: times(ratio("arrivals")),
    target: "–",
    met: null,
  },
  {
    name: "session check itself, inside the server",
    measured: spread(flooded, "checks"),
    against: `idle ${spread(idle, "checks")}`,
    ratio: times(ratio("checks")),
    target: "–",
    met: null,
  },
  {
    name: "reading a file of 64 KiB under the flood",
    measured: `${spread(flooded, "files")}, longest ${milliseconds(Math.max(...all(flooded, "files")))}`,
    against: `idle ${spread(idle, "files")}`,
    ratio: times(ratio("files")),
    target: "p99 ≤ 20 ms",
    met: p99(flooded, "files") <= 20,
  },
]);
