import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "../site/statistics.ts";
import { createVisitor, type Visitor } from "../site/visitor.ts";
import { type Check, check, type Drill, type DrillOptions, skipped } from "./drill.ts";
import { madeUpAddress, madeUpPassword } from "./fake-identities.ts";
import type { Target } from "./target.ts";

/** The size of a flood. */
export interface FloodSize {
  /** Logins at the same time. */
  concurrent: number;
  /** If this many wait at once and none is refused, the bound is useless. */
  unbounded: number;
}

/** More logins than run and wait by default (2 and 256), so the site must refuse some. */
const defaultSize: FloodSize = { concurrent: 400, unbounded: 300 };
/** A login counts as waiting if this many pages in a row overtook it. */
const OVERTAKEN = 3;
/** A refused client waits this long. Otherwise quick refusals would use up the drill's requests. */
const REFUSED_PAUSE_MS = 200;
/** Logins from one client address. With more, its limit would stop the flood before any hash. */
const PER_ADDRESS = 20;
const MOST_LOGINS_PER_SECOND = 1000;
const PROBE_EVERY_MS = 5;
const IDLE_PROBES = 40;
/** For a signed-out page under the flood. On loopback the drill itself uses part of the machine. */
const QUICK_MS = 250;
const SHARE = 0.95;

interface Probed {
  name: string;
  path: string;
  /** Milliseconds of the answers with status 200. */
  idle: number[];
  flooded: number[];
  /** Other statuses; 0 means no answer. */
  bad: number[];
}

async function probe({ path, bad }: Probed, visitor: Visitor, into: number[]): Promise<void> {
  try {
    const { status, milliseconds } = await visitor.line.send("GET", path);
    if (status === 200) into.push(milliseconds);
    else bad.push(status);
  } catch {
    bad.push(0);
  }
}

interface Flooded {
  /** Answers by status; 0 means no answer. */
  statuses: Map<number, number>;
  withoutWait: number;
  /** The most logins that waited at once while pages were answered. */
  mostWaiting: number;
}

/** The logins without an answer. Pages overtake logins that wait at the site, but not those on the network. */
function createWaitingRoom() {
  const underWay = new Set<{ overtaken: number }>();
  let mostWaiting = 0;
  return {
    async login<Result>(send: () => Promise<Result>): Promise<Result> {
      const one = { overtaken: 0 };
      underWay.add(one);
      try {
        return await send();
      } finally {
        underWay.delete(one);
      }
    },
    /** Requests a page. It overtook the logins that began before and still have no answer. */
    async overtake(look: () => Promise<unknown>): Promise<void> {
      const before = [...underWay];
      await look();
      let waiting = 0;
      for (const one of before) {
        if (!underWay.has(one)) continue;
        one.overtaken += 1;
        if (one.overtaken >= OVERTAKEN) waiting += 1;
      }
      mostWaiting = Math.max(mostWaiting, waiting);
    },
    mostWaiting: () => mostWaiting,
  };
}

type WaitingRoom = ReturnType<typeof createWaitingRoom>;

/** Logs in to made-up accounts as fast as possible, `concurrent` at once, until the time ends. */
async function floodLogins(
  target: Target,
  { concurrent }: FloodSize,
  room: WaitingRoom,
  most: number,
  isTimeUp: () => boolean,
): Promise<Flooded> {
  let begun = 0;
  const isOver = () => begun >= most || isTimeUp();
  const statuses = new Map<number, number>();
  let withoutWait = 0;
  const attacker = async () => {
    while (!isOver()) {
      const visitor = createVisitor(target);
      const token = await visitor.token().catch(() => "");
      for (let index = 0; index < PER_ADDRESS && !isOver(); index += 1) {
        begun += 1;
        const fields = { login: madeUpAddress(), password: madeUpPassword() };
        const reply = await room.login(() => visitor.post("/login", fields, { token })).catch(() => null);
        const status = reply?.status ?? 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status !== 429 && status !== 503) continue;
        if (!reply?.headers["retry-after"]) withoutWait += 1;
        await delay(REFUSED_PAUSE_MS);
      }
      visitor.line.close();
    }
  };
  await Promise.all(Array.from({ length: concurrent }, attacker));
  return { statuses, withoutWait, mostWaiting: room.mostWaiting() };
}

function stayedQuick({ name, idle, flooded, bad }: Probed): Check {
  const title = `${name} stays quick`;
  if (idle.length === 0) return skipped(title, `missing here (${bad[0] ?? "no answer"})`);
  const [before, during] = [quantile(idle, SHARE), quantile(flooded, SHARE)];
  const seen = `p95 ${before.toFixed(1)} ms idle, ${during.toFixed(1)} ms under the flood (${flooded.length} answers, ${bad.length} bad)`;
  return check(title, flooded.length > 0 && bad.length === 0 && during <= QUICK_MS, seen);
}

/** Whether the site refuses more logins than it can hash. A limit that answers 429 keeps logins away from hashing. */
function bounded({ statuses, mostWaiting }: Flooded, { concurrent, unbounded }: FloodSize): Check {
  const name = "more logins at once than can be hashed are refused";
  const full = statuses.get(503) ?? 0;
  const waited = `${concurrent} at once, up to ${mostWaiting} of them waiting`;
  if (full > 0) return check(name, true, `${waited}, ${full} × 503`);
  if (mostWaiting >= unbounded) {
    const fix = "bound hashing, in this library by hashing.concurrency and hashing.queueLimit";
    return check(name, false, `${waited}, and none was answered with 503: ${fix}`);
  }
  const limited = statuses.get(429) ?? 0;
  return skipped(
    name,
    limited > 0
      ? `${waited}, none was answered with 503: limits stopped ${limited} before hashing; raise them on this staging site`
      : `${waited}, none was answered with 503: hashing kept up, or fewer arrived; try the hash parameters of production, without a proxy`,
  );
}

function heldUp(flooded: Flooded, size: FloodSize, seconds: number): Check[] {
  const { statuses, withoutWait } = flooded;
  const total = [...statuses.values()].reduce((sum, each) => sum + each, 0);
  const words = [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${times} × ${status || "no answer"}`);
  const rate = `${(total / seconds).toFixed(0)} a second`;
  const expected = [401, 429, 503];
  const orderly = [...statuses.keys()].every((status) => expected.includes(status));
  const refused = (statuses.get(429) ?? 0) + (statuses.get(503) ?? 0);
  const hears = "a refused client gets Retry-After";
  return [
    check("every login is answered: 401, 429 or 503", orderly && total > 0, `${words.join(", ")} (${rate})`),
    bounded(flooded, size),
    refused === 0
      ? skipped(hears, "no client was refused")
      : check(hears, withoutWait === 0, `${withoutWait} of ${refused} without Retry-After`),
  ];
}

async function run(target: Target, size: FloodSize, { seconds }: DrillOptions): Promise<Check[]> {
  const watcher = createVisitor(target);
  const probed: Probed[] = [
    { name: "/healthz", path: "/healthz", idle: [], flooded: [], bad: [] },
    { name: "a signed-out page (/login)", path: `${target.basePath}/login`, idle: [], flooded: [], bad: [] },
  ];
  for (let index = 0; index < IDLE_PROBES; index += 1) {
    for (const each of probed) await probe(each, watcher, each.idle);
  }
  const present = probed.filter(({ idle }) => idle.length > 0);
  const end = target.now() + seconds * 1000;
  const isOver = () => target.now() >= end;
  let isFlooding = true;
  const room = createWaitingRoom();
  const watching = async () => {
    while (isFlooding) {
      for (const each of present) await room.overtake(() => probe(each, watcher, each.flooded));
      await delay(PROBE_EVERY_MS);
    }
  };
  const flooding = floodLogins(target, size, room, seconds * MOST_LOGINS_PER_SECOND, isOver).finally(() => {
    isFlooding = false;
  });
  const [flooded] = await Promise.all([flooding, watching()]);
  const after = await watcher.get("/login", { accept: "text/html" });
  return [
    ...heldUp(flooded, size, seconds),
    ...probed.map(stayedQuick),
    check("afterwards it answers as before", after.status === 200, `${after.status} from /login`),
  ];
}

/** A flood with another size than the default. */
export function createFlood(size: FloodSize = defaultSize): Drill {
  return {
    does: ({ seconds }) => [
      `Logs in to accounts that don't exist for ${seconds} seconds, over ${size.concurrent} connections at once, as fast as answers come; at most ${seconds * MOST_LOGINS_PER_SECOND} logins.`,
      "Meanwhile it measures how quickly /healthz and the login page answer. On one machine it competes with the site for the cores.",
    ],
    // Logins with a token for each address, and probes meanwhile. The last logins may take half a minute.
    mostRequests: ({ seconds }) =>
      seconds * MOST_LOGINS_PER_SECOND * 1.1 +
      ((seconds + 30) * 2 * 1000) / PROBE_EVERY_MS +
      4 * IDLE_PROBES +
      size.concurrent +
      200,
    run: (target, options) => run(target, size, options),
  };
}

/**
 * More logins than the machine can hash. The rest of the site must stay quick.
 * @see A-DO-01
 */
export const flood: Drill = createFlood();
