/*
 * How long others wait while an account downloads its 50,000 events and 5,000 long posts. The process has a heap of
 * 200 MB. Server, downloading client and load are separate processes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child.ts";
import { milliseconds, report, times } from "./figure.ts";
import { load } from "./loader.ts";
import { inTurns, median, medianRatio, percentile } from "./measure.ts";

const ROUNDS = 3;
const IDLE_MS = 4000;
const CONNECTIONS = 4;
const REST_MS = 10;

/** As `npm start` runs the application, with the heap of a small container. */
const FLAGS = ["--max-semi-space-size=1", "--v8-pool-size=1", "--max-old-space-size=200"];

process.env.BENCH_FOLDER = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const server = await startChild<{ port: number; cookie: string }>("./download-server.ts", FLAGS);
const client = await startChild("./download-client.ts");
const { port, cookie } = server.ready;

const checkSession = [
  "GET /session HTTP/1.1",
  "Host: localhost:3000",
  "Accept: application/json",
  `Cookie: ${cookie}`,
  "\r\n",
].join("\r\n");

/** What requests with a session take, for as long as this lasts. */
async function waits(durationMs: number | Promise<unknown>): Promise<number[]> {
  const request = () => checkSession;
  const asked = { port, connections: CONNECTIONS, request, durationMs, status: 200, restMs: REST_MS };
  return (await load(asked)).latencies;
}

const p99s: Record<"idle" | "downloading", number[]> = { idle: [], downloading: [] };
const downloads: { megabytes: number; seconds: number }[] = [];

/** The longest wait. */
function longest(name: "idle" | "downloading", latencies: readonly number[]): number {
  p99s[name].push(percentile(latencies, 0.99));
  return Math.max(...latencies);
}

/** The server's memory at most so far, and the longest turn of its event loop since it is watched. */
const look = (watching = false) => server.ask<{ megabytes: number; longestTurnMs: number }>({ watching });

const before = await look();
const waited = await inTurns(ROUNDS, {
  idle: async () => longest("idle", await waits(IDLE_MS)),
  downloading: async () => {
    const downloading = client.ask<{ megabytes: number; seconds: number }>({ port, cookie });
    const latencies = await waits(downloading);
    downloads.push(await downloading);
    return longest("downloading", latencies);
  },
});
// Once more: watching takes a whole core.
await look(true);
await client.ask({ port, cookie });
const after = await look();
await client.stop();
await server.stop();
rmSync(process.env.BENCH_FOLDER, { recursive: true, force: true });

const [first] = downloads;
const seconds = median(downloads.map((each) => each.seconds));
const worst = Math.max(...waited.downloading);
const size = `${Math.round(first?.megabytes ?? 0)} MB`;

report([
  {
    name: `longest wait for a session check, while an account downloads ${size}`,
    measured: `${milliseconds(worst)}, p99 ${milliseconds(median(p99s.downloading))}`,
    against: `no download ${milliseconds(Math.max(...waited.idle))}, p99 ${milliseconds(median(p99s.idle))}`,
    ratio: times(medianRatio(waited.downloading, waited.idle)),
    target: "≤ 50 ms",
    met: worst <= 50,
  },
  {
    name: "longest turn of the event loop in that download",
    measured: `${milliseconds(after.longestTurnMs)} CPU`,
    against: "–",
    ratio: "–",
    target: "≤ 25 ms",
    met: after.longestTurnMs <= 25,
  },
  {
    name: `download of ${size} beside these checks`,
    measured: `${seconds.toFixed(1)} s`,
    against: "–",
    ratio: "–",
    target: "–",
    met: null,
  },
  {
    name: "most resident memory, heap limited to 200 MB",
    measured: `${Math.round(after.megabytes)} MB`,
    against: `before the first download ${Math.round(before.megabytes)} MB`,
    ratio: times(after.megabytes / before.megabytes),
    target: "–",
    met: null,
  },
]);
