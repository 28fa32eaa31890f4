/*
 * What each adapter costs a route, in a process for each. Through sockets it measures throughput and latency, with the
 * load from another process. Without sockets it measures the CPU that the library adds: their cost would hide it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cost } from "./adapters-server.ts";
import { type Child, startChild } from "./child.ts";
import { type Adapter, adapters, type Place } from "./dashboard.ts";
import { type Figure, microseconds, milliseconds, percent, report, times } from "./figure.ts";
import { load } from "./loader.ts";
import { inTurns, median, medianRatio, percentile } from "./measure.ts";

const ROUNDS = 15;
const ROUND_MS = 400;
const CONNECTIONS = 32;
/** Rounds without sockets: many short ones, since the cheapest had no disturbance. */
const COST_ROUNDS = 60;
const COST_REQUESTS = 400;

/** A public route gets a visitor without a session. An open or guarded route gets a visitor with one. */
type Kind = "bare" | "public" | "open" | "guarded";
/** A middleware that does nothing; with it a guard that does nothing, and the two headers of a personal answer. */
type Floor = "empty" | "emptyGuarded";
const floors: Record<Exclude<Kind, "bare">, Floor> = {
  public: "empty",
  open: "empty",
  guarded: "emptyGuarded",
};
const places: Record<Kind | Floor, Place> = {
  bare: "bare",
  public: "behind",
  open: "behind",
  guarded: "guarded",
  empty: "empty",
  emptyGuarded: "emptyGuarded",
};

/** Roughly what Firefox sends to an API of the same origin. */
const headersWith = (cookie: string): readonly (readonly [string, string])[] => [
  ["Host", "localhost:3000"],
  ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
  ["Accept", "application/json"],
  ["Accept-Language", "en-GB,en;q=0.5"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Cookie", `theme=dark${cookie}`],
  ["Sec-Fetch-Dest", "empty"],
  ["Sec-Fetch-Mode", "cors"],
  ["Sec-Fetch-Site", "same-origin"],
];
const requestOf = (headers: ReturnType<typeof headersWith>) =>
  ["GET /dashboard HTTP/1.1", ...headers.map((pair) => pair.join(": ")), "\r\n"].join("\r\n");

interface Ready {
  ports: Partial<Record<Place, number>>;
  cookie: string;
}
interface Contender {
  adapter: Adapter;
  kind: Kind | Floor;
  port: number;
  headers: ReturnType<typeof headersWith>;
  server: Child;
  latencies: number[];
  /** CPU of a request without a socket. */
  cpu: number;
  rate: number[];
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const contenders: Record<string, Contender> = {};
const servers: Child[] = [];
for (const adapter of adapters) {
  process.env.BENCH_ADAPTER = adapter;
  process.env.BENCH_DATABASE = join(folder, `${adapter}.db`);
  const server = await startChild<Ready>("./adapters-server.ts");
  servers.push(server);
  const { ports, cookie } = server.ready;
  for (const kind of Object.keys(places) as (Kind | Floor)[]) {
    const port = ports[places[kind]];
    if (port === undefined) continue;
    const headers = headersWith(kind === "public" ? "" : `; ${cookie}`);
    const measured = { latencies: [], cpu: 0, rate: [] };
    contenders[`${adapter} ${kind}`] = { adapter, kind, port, headers, server, ...measured };
  }
}

async function round({ port, headers, latencies }: Contender): Promise<number> {
  const request = requestOf(headers);
  const options = { port, connections: CONNECTIONS, durationMs: ROUND_MS, status: 200 };
  const result = await load({ ...options, request: () => request });
  latencies.push(percentile(result.latencies, 0.5), percentile(result.latencies, 0.99));
  return result.responses / result.seconds;
}

function costRound({ server, kind, headers }: Contender): Promise<number> {
  return server.ask<number>({
    place: places[kind],
    headers: headers.flat(),
    count: COST_REQUESTS,
  } satisfies Cost);
}

const isFloor = ({ kind }: Contender) => kind === "empty" || kind === "emptyGuarded";

const inTurnsOf = (rounds: number, of: Contender[], measure: (contender: Contender) => Promise<number>) =>
  inTurns(
    rounds,
    Object.fromEntries(of.map((it) => [`${it.adapter} ${it.kind}`, () => measure(it)] as const)),
  );

const all = Object.values(contenders);
const costs = await inTurnsOf(COST_ROUNDS, all, costRound);
const rates = await inTurnsOf(
  ROUNDS,
  all.filter((it) => !isFloor(it)),
  round,
);
for (const server of servers) await server.stop();
rmSync(folder, { recursive: true, force: true });

for (const [name, contender] of Object.entries(contenders)) {
  contender.rate = rates[name] ?? [];
  contender.cpu = percentile(costs[name] as number[], 0.1);
  // The first round warmed up.
  contender.latencies.splice(0, 2);
}

const of = (adapter: Adapter, kind: Kind | Floor) => contenders[`${adapter} ${kind}`];
const p50 = ({ latencies }: Contender) => median(latencies.filter((_, index) => index % 2 === 0));
const p99 = ({ latencies }: Contender) => median(latencies.filter((_, index) => index % 2 === 1));
const said = (it: Contender) =>
  `${Math.round(median(it.rate)).toLocaleString("en")}/s (p50 ${milliseconds(p50(it))}, p99 ${milliseconds(p99(it))})`;
const titles: Record<Kind | Floor, string> = {
  empty: "empty middleware",
  emptyGuarded: "empty middleware and guard, two headers",
  bare: "bare route",
  public: "public route behind the library, no session",
  open: "public route behind the library, signed in",
  guarded: "route behind `requireLogin()`",
};

function throughput(it: Contender, against: Contender, least: number | null): Figure {
  const ratio = medianRatio(it.rate, against.rate);
  return {
    name: `${it.adapter}: ${titles[it.kind]} / ${titles[against.kind]}`,
    measured: said(it),
    against: said(against),
    ratio: percent(ratio),
    target: least === null ? "–" : `≥ ${percent(least)}`,
    met: least === null ? null : ratio >= least,
  };
}

/** CPU that each request of a route costs more than one without the library. */
const cost = (it: Contender, without: Kind | Floor): number =>
  it.cpu - (of(it.adapter, without)?.cpu ?? Number.NaN);

function costFigures(
  all: readonly Contender[],
  what: string,
  without: Kind | Floor,
  most: number | null,
): Figure[] {
  const costs = all.filter((it) => of(it.adapter, without) !== undefined);
  const leanest = costs.reduce((a, b) => (cost(b, without) < cost(a, without) ? b : a));
  return costs.map((it) => {
    const ratio = cost(it, without) / cost(leanest, without);
    return {
      name: `${it.adapter}: CPU that the library adds to ${what}, ${titles[it.kind]}`,
      measured: microseconds(cost(it, without)),
      against: `${leanest.adapter} ${microseconds(cost(leanest, without))}`,
      ratio: times(ratio),
      target: most === null ? "–" : `≤ ${most} ×`,
      met: most === null ? null : ratio <= most,
    };
  });
}

function addedFigures(kind: Exclude<Kind, "bare">): Figure[] {
  const all = adapters.flatMap((adapter) => of(adapter, kind) ?? []);
  const quickest = Math.min(...all.map(p99));
  return [
    ...costFigures(all, "a bare route", "bare", 1.15),
    ...costFigures(all, "an empty middleware", floors[kind], null),
    ...all.map((it) => {
      const slower = p99(it) / quickest;
      return {
        name: `${it.adapter}: p99, ${titles[kind]}`,
        measured: milliseconds(p99(it)),
        against: `lowest ${milliseconds(quickest)}, bare ${milliseconds(p99(of(it.adapter, "bare") as Contender))}`,
        ratio: times(slower),
        target: "≤ 1.5 ×",
        met: slower <= 1.5,
      };
    }),
  ];
}

/** The targets of guards hold on Hono and on plain `node:http`. */
const hasTarget = (adapter: Adapter) => adapter === "hono" || adapter === "node";

report([
  ...adapters.flatMap((adapter) => {
    const [bare, open, guarded] = (["bare", "open", "guarded"] as const).map((kind) => of(adapter, kind));
    if (bare === undefined || guarded === undefined) return [];
    const target = hasTarget(adapter);
    return [
      ...[of(adapter, "public"), open].flatMap((it) => (it ? [throughput(it, bare, null)] : [])),
      throughput(guarded, bare, target ? 0.75 : null),
      ...(open === undefined ? [] : [throughput(guarded, open, target ? 0.9 : null)]),
    ];
  }),
  ...addedFigures("public"),
  ...addedFigures("open"),
  ...addedFigures("guarded"),
]);
