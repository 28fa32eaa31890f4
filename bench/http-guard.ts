/* What a guard costs a route: Hono on @hono/node-server, the load from another process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child.ts";
import { type Figure, microseconds, milliseconds, percent, report, times } from "./figure.ts";
import { load } from "./loader.ts";
import { inTurns, median, medianRatio, percentile } from "./measure.ts";

const ROUNDS = 11;
const ROUND_MS = 1500;
const CONNECTIONS = 32;

type Name = "bare" | "passing" | "middleware" | "guarded";
interface Ready {
  ports: Record<Name, number>;
  cookie: string;
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
process.env.BENCH_DATABASE = join(folder, "app.db");
const server = await startChild<Ready>("./http-guard-server.ts");
const { ports, cookie } = server.ready;

/** What Firefox sends to an API of its own origin, give or take. */
const request = [
  "GET /dashboard HTTP/1.1",
  "Host: localhost:3000",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Accept: application/json",
  "Accept-Language: en-GB,en;q=0.5",
  "Accept-Encoding: gzip, deflate, br, zstd",
  `Cookie: theme=dark; ${cookie}`,
  "Sec-Fetch-Dest: empty",
  "Sec-Fetch-Mode: cors",
  "Sec-Fetch-Site: same-origin",
  "\r\n",
].join("\r\n");

const latencies: Record<Name, number[]> = { bare: [], passing: [], middleware: [], guarded: [] };
const cpu: Record<Name, number[]> = { bare: [], passing: [], middleware: [], guarded: [] };
const warm = new Set<Name>();

async function round(name: Name): Promise<number> {
  const before = await server.ask<NodeJS.CpuUsage>("cpu");
  const result = await load({
    port: ports[name],
    connections: CONNECTIONS,
    request: () => request,
    durationMs: ROUND_MS,
    status: 200,
  });
  const after = await server.ask<NodeJS.CpuUsage>("cpu");
  if (warm.has(name)) {
    latencies[name].push(...result.latencies);
    cpu[name].push((after.user + after.system - before.user - before.system) / result.responses);
  }
  warm.add(name);
  return result.responses / result.seconds;
}

const rate = await inTurns(ROUNDS, {
  bare: () => round("bare"),
  passing: () => round("passing"),
  middleware: () => round("middleware"),
  guarded: () => round("guarded"),
});
await server.stop();
rmSync(folder, { recursive: true, force: true });

const perSecond = (name: Name) => `${Math.round(median(rate[name])).toLocaleString("en")}/s`;
const spread = (name: Name) =>
  `p50 ${milliseconds(percentile(latencies[name], 0.5))}, p99 ${milliseconds(percentile(latencies[name], 0.99))}`;
const throughput = (title: string, name: Name, against: Name, least: number | null): Figure => {
  const ratio = medianRatio(rate[name], rate[against]);
  return {
    name: title,
    measured: `${perSecond(name)} (${spread(name)})`,
    against: `${perSecond(against)} (${spread(against)})`,
    ratio: percent(ratio),
    target: least === null ? "–" : `≥ ${percent(least)}`,
    met: least === null ? null : ratio >= least,
  };
};
const cpuOf = (title: string, name: Name, against: Name): Figure => ({
  name: title,
  measured: microseconds(median(cpu[name])),
  against: microseconds(median(cpu[against])),
  ratio: times(medianRatio(cpu[name], cpu[against])),
  target: "–",
  met: null,
});

report([
  throughput("route behind `requireLogin()` / bare route", "guarded", "bare", 0.85),
  throughput("route behind `requireLogin()` / same app, no guard", "guarded", "middleware", 0.85),
  throughput("route behind any Hono middleware / bare route", "passing", "bare", null),
  cpuOf("server CPU per request, guarded / bare", "guarded", "bare"),
  cpuOf("server CPU per request, guarded / any middleware", "guarded", "passing"),
]);
