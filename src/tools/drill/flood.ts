import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "../site/statistics.ts";
import { createVisitor, type Visitor } from "../site/visitor.ts";
import { type Check, check, type Drill, type DrillOptions, skipped } from "./drill.ts";
import { madeUpAddress, madeUpPassword } from "./fake-identities.ts";
import type { Target } from "./target.ts";

/** Logins under way at the same time: more than run and wait by default (2 and 256), so that some must be refused. */
const CONCURRENT = 400;
/** So many that wait at once, and nobody refused, are no bound that helps. */
const UNBOUNDED = 300;
/** Pages that overtake a login, one after another, until it counts as waiting and not as on its way. */
const OVERTAKEN = 3;
/** Who was refused tries again after this long. Else refusals are so quick that they use up the drill's requests. */
const REFUSED_PAUSE_MS = 200;
/** From one client address, so that its budget doesn't stop the flood before any hash. */
const PER_ADDRESS = 20;
const MOST_LOGINS_PER_SECOND = 1000;
const PROBE_EVERY_MS = 5;
const IDLE_PROBES = 40;
/** A signed-out page under the flood; the drill's own machine takes its part of it on loopback. */
const QUICK_MS = 250;
const SHARE = 0.95;

interface Probed {
  name: string;
  path: string;
  /** Milliseconds of every answer that was 200. */
  idle: number[];
  flooded: number[];
  /** Statuses that weren't 200; 0 where there was no answer. */
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
  /** Answers by status; 0 where there was none. */
  statuses: Map<number, number>;
  withoutWait: number;
  /** How many logins waited at the same time while pages were answered, the most that were seen. */
  mostWaiting: number;
}

/** The logins under way. What the site makes wait, pages overtake; what only travels, they don't. */
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
    /** Looks at a page; the logins that began before and aren't answered after it were overtaken. */
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

/** Logs in to made-up accounts as fast as it goes, `CONCURRENT` at once, until it is over. */
async function floodLogins(
  target: Target,
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
  await Promise.all(Array.from({ length: CONCURRENT }, attacker));
  return { statuses, withoutWait, mostWaiting: room.mostWaiting() };
}

function stayedQuick({ name, idle, flooded, bad }: Probed): Check {
  const title = `${name} stays quick`;
  if (idle.length === 0) return skipped(title, `there is none here (${bad[0] ?? "no answer"})`);
  const [before, during] = [quantile(idle, SHARE), quantile(flooded, SHARE)];
  const seen = `p95 ${before.toFixed(1)} ms idle, ${during.toFixed(1)} ms under the flood (${flooded.length} answers, ${bad.length} bad)`;
  return check(title, flooded.length > 0 && bad.length === 0 && during <= QUICK_MS, seen);
}

/** Whether more logins than can be hashed are refused. Limits, which answer 429, keep logins away from hashing. */
function bounded({ statuses, mostWaiting }: Flooded): Check {
  const name = "more logins at once than can be hashed are refused";
  const full = statuses.get(503) ?? 0;
  const waited = `${CONCURRENT} at once, up to ${mostWaiting} of them waiting`;
  if (full > 0) return check(name, true, `${waited}, ${full} × 503`);
  if (mostWaiting >= UNBOUNDED) {
    const fix = "bound hashing, in this library by hashing.concurrency and hashing.queueLimit";
    return check(name, false, `${waited}, and none was answered with 503: ${fix}`);
  }
  const limited = statuses.get(429) ?? 0;
  return skipped(
    name,
    limited > 0
      ? `${waited}, none was answered with 503: limits stopped ${limited} before hashing; raise them in this staging`
      : `${waited}, none was answered with 503: hashing kept up, or fewer came through; look with the hash parameters of production and nothing in between`,
  );
}

function heldUp(flooded: Flooded, seconds: number): Check[] {
  const { statuses, withoutWait } = flooded;
  const total = [...statuses.values()].reduce((sum, each) => sum + each, 0);
  const words = [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${times} × ${status || "no answer"}`);
  const rate = `${(total / seconds).toFixed(0)} a second`;
  const expected = [401, 429, 503];
  const orderly = [...statuses.keys()].every((status) => expected.includes(status));
  const refused = (statuses.get(429) ?? 0) + (statuses.get(503) ?? 0);
  const hears = "who is turned away hears when to come back";
  return [
    check("every login is answered: 401, 429 or 503", orderly && total > 0, `${words.join(", ")} (${rate})`),
    bounded(flooded),
    refused === 0
      ? skipped(hears, "nobody was turned away")
      : check(hears, withoutWait === 0, `${withoutWait} of ${refused} without Retry-After`),
  ];
}

async function run(target: Target, { seconds }: DrillOptions): Promise<Check[]> {
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
  const flooding = floodLogins(target, room, seconds * MOST_LOGINS_PER_SECOND, isOver).finally(() => {
    isFlooding = false;
  });
  const [flooded] = await Promise.all([flooding, watching()]);
  const after = await watcher.get("/login", { accept: "text/html" });
  return [
    ...heldUp(flooded, seconds),
    ...probed.map(stayedQuick),
    check("afterwards it answers as before", after.status === 200, `${after.status} from /login`),
  ];
}

/** More logins than the machine can hash (A-DO-01): the rest of the site must not feel it. */
export const flood: Drill = {
  does: ({ seconds }) => [
    `Logs in to accounts that don't exist for ${seconds} seconds, over ${CONCURRENT} connections at once, as fast as answers come; at most ${seconds * MOST_LOGINS_PER_SECOND} logins.`,
    "Looks meanwhile how quickly /healthz and the login page answer. On this machine it competes with the site for the cores.",
  ],
  // Logins with a token for each address, and probes while they last; the last ones may take half a minute.
  mostRequests: ({ seconds }) =>
    seconds * MOST_LOGINS_PER_SECOND * 1.1 +
    ((seconds + 30) * 2 * 1000) / PROBE_EVERY_MS +
    4 * IDLE_PROBES +
    CONCURRENT +
    200,
  run,
};
