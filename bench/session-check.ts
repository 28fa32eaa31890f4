/* The cost of a session check, with a million sessions in SQLite. */
import { hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { coreOf } from "../src/assemble.ts";
import { type Figure, microseconds, report, times } from "./figure.ts";
import { cpuMicroseconds, inTurns, median, medianRatio, nextTurn } from "./measure.ts";
import { openMillionSessions, SESSIONS, tokenOf } from "./million-sessions.ts";

const CHECKS = 20_000;
const ROUNDS = 9;
/** More tokens than the library's cache holds, so that a second pass finds none cached. */
const MANY = 200_000;
/** Few enough that all of them are cached. */
const FEW = 5_000;

const { auth, path } = await openMillionSessions();
const { sessions } = coreOf(auth);
const cookieName = auth.settings.cookies.session;

// A stride coprime with the number of sessions doesn't follow the order of the index.
const tokens = Array.from({ length: MANY }, (_, index) => tokenOf((index * 618_033) % SESSIONS));
const fewTokens = tokens.slice(0, FEW);
const requestOf = (token: string) =>
  new Request("http://localhost:3000/dashboard", {
    headers: {
      accept: "text/html,application/xhtml+xml",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      cookie: `theme=dark; consent=necessary; ${cookieName}=${token}; device=${token}`,
    },
  });

/** The minimum of a session check by hand: a digest, one prepared join, compares. */
function floor(): (token: string) => boolean {
  const handle = new DatabaseSync(path, { readOnly: true });
  handle.exec("PRAGMA cache_size = -8000");
  const statement = handle.prepare(
    `SELECT s.id, s.idle_expires_at, s.expires_at, s.ended_at, s.epoch, u.id AS user_id, u.email, u.status,
       u.epoch AS user_epoch
     FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.digest = ?`,
  );
  return (token) => {
    const row = statement.get(hash("sha256", token, "buffer")) as Record<string, number | null> | undefined;
    return row !== undefined && row.ended_at === null && (row.expires_at as number) > 0;
  };
}

const byHand = floor();
const position = { uncached: 0, cached: 0, floor: 0, whole: 0, wholeCached: 0 };
const take = (name: keyof typeof position, from: readonly string[]): string => {
  const token = from[position[name] % from.length] as string;
  position[name] += 1;
  return token;
};

function demand(right: boolean): void {
  if (!right) throw new Error("An existing session was not reported as live.");
}

/** CPU of one operation, each in a separate turn of the event loop as in a server; `emptyTurns` is subtracted later. */
const perOperation = async (operation: () => unknown): Promise<number> =>
  (await cpuMicroseconds(async () => {
    for (let count = 0; count < CHECKS; count++) {
      await operation();
      await nextTurn();
    }
  })) / CHECKS;

/** Requests are made before the measurement: a server has them anyway. */
function whole(name: "whole" | "wholeCached", from: readonly string[]): Promise<number> {
  const requests = Array.from({ length: CHECKS }, () => requestOf(take(name, from)));
  return perOperation(async () => {
    const { user } = await auth.for(requests.pop() as Request);
    demand(user !== null);
  });
}

async function checkFew(): Promise<void> {
  for (const token of fewTokens) await sessions.check(token);
}

const cpu = await inTurns(ROUNDS, {
  emptyTurns: () => perOperation(() => undefined),
  floor: () => perOperation(() => demand(byHand(take("floor", tokens)))),
  uncached: () =>
    perOperation(() =>
      demand((sessions.check(take("uncached", tokens)) as { state: string }).state === "live"),
    ),
  cached: async () => {
    await checkFew();
    return perOperation(() =>
      demand((sessions.check(take("cached", fewTokens)) as { state: string }).state === "live"),
    );
  },
  whole: () => whole("whole", tokens),
  wholeCached: async () => {
    await checkFew();
    return whole("wholeCached", fewTokens);
  },
});
await auth.close();

const turn = median(cpu.emptyTurns);
const own = (name: keyof typeof cpu) => cpu[name].map((value) => value - turn);
const cost = (name: keyof typeof cpu) => median(own(name));
const against = `floor ${microseconds(cost("floor"))}`;
const figure = (name: string, what: keyof typeof cpu, limit: number | null): Figure => ({
  name,
  measured: `${microseconds(cost(what))} CPU`,
  against,
  ratio: times(medianRatio(own(what), own("floor"))),
  target: limit === null ? "–" : `≤ ${limit} µs`,
  met: limit === null ? null : cost(what) <= limit,
});

report([
  figure("session check, 1,000,000 rows, not kept", "uncached", 30),
  figure("session check, kept", "cached", 5),
  figure("`auth.for(request)` whole, not kept", "whole", null),
  figure("`auth.for(request)` whole, kept", "wholeCached", null),
]);
