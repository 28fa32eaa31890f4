import { availableParallelism } from "node:os";
import { LatchkeyError } from "../../platform/errors/index.ts";

/** Thrown instead of making somebody wait: the queue is full, or the wait took longer than the deadline. */
export class HashOverloaded extends LatchkeyError {
  /** Whole seconds, 1 to 60, after which a new try has a chance; measured, for `Retry-After`. */
  declare readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("overloaded", { detail: "Password hashing is at capacity.", retryAfterSeconds });
    this.name = "HashOverloaded";
  }
}

export interface HashAdmissionOptions {
  /** Jobs at once. Default: cores, but at most two fewer than the thread pool has, so that files and DNS go on. */
  concurrency?: number;
  /** Jobs that may wait. Default 256. */
  queueLimit?: number;
  /** Milliseconds a job may wait before it begins. Default 10,000. */
  deadlineMs?: number;
  clock?: { now(): number };
}

/** Known devices go first, and accounts that sign in all the time go last. In a full queue a job takes a later one's slot. */
type HashPriority = "known" | "unknown" | "last";

/** Whose slots a job takes in a full queue, in this order. */
const displaced: Record<HashPriority, readonly HashPriority[]> = {
  known: ["last", "unknown"],
  unknown: ["last"],
  last: [],
};

export interface HashAdmissionStats {
  concurrency: number;
  running: number;
  waiting: number;
  /** Jobs that ran to their end, well or badly. */
  finished: number;
  /** Jobs that were turned away: full queue or deadline. */
  overloaded: number;
  /** Moving average; 0 before the first job has finished. */
  serviceMs: number;
}

export interface HashAdmission {
  /**
   * `owner`: the user id, where the job is for a device that signed in to the account before, or for somebody signed in. An
   * account has a few places before strangers; what it asks for beyond them is a stranger's. `isLast`: all others go
   * before it, strangers too.
   */
  run<T>(job: () => Promise<T>, owner?: string | undefined, isLast?: boolean): Promise<T>;
  /** Throws `HashOverloaded` where `run` would at once: for asking before anything is written on the way to a hash. */
  refuseWhenFull(owner?: string | undefined, isLast?: boolean): void;
  /** The seconds after which a stranger has a chance, where `reserveSlot` would refuse now; null while there is room. */
  retryAfterSeconds(): number | null;
  /** Counts a stranger whom somebody else turned away for that. */
  countRefusal(): void;
  /**
   * A stranger's request sets out for a hash: it counts as waiting until it is there, until the returned function is
   * called, or for 50 ms, so that of all who come in the same moment only as many set out as find a place. Throws
   * `HashOverloaded`.
   */
  reserveSlot(): () => void;
  stats(): HashAdmissionStats;
}

/** Longer than a request takes from its head to the queue; whoever dawdles holds no place for it. */
const APPROACH_MS = 50;

/** Nobody needs more at once; and whoever has many devices on an account must not take the places of all others. */
const OWNER_PLACES = 4;

interface Waiting {
  start(): void;
  refuse(): void;
  expiresAt: number;
  timer: NodeJS.Timeout;
}

/**
 * Bounds how many password hashes are computed at once (ASVS 15.1.3, 2.4.1): a hash takes a core and a slot of libuv's
 * thread pool, and without a bound a burst of sign-ins stops everything else. `run` starts the job when its turn comes
 * and answers with its result or error; it throws `HashOverloaded` when the queue is full or the deadline passes.
 */
export function createHashAdmission(options: HashAdmissionOptions = {}): HashAdmission {
  const concurrency = positive(options.concurrency ?? defaultConcurrency(), "concurrency");
  const queueLimit = options.queueLimit ?? 256;
  const deadlineMs = options.deadlineMs ?? 10_000;
  const now = () => (options.clock ?? Date).now();
  const queues: Record<HashPriority, Set<Waiting>> = {
    known: new Set(),
    unknown: new Set(),
    last: new Set(),
  };
  /** How many jobs of an account wait or run as `known`. */
  const owners = new Map<string, number>();
  const approaching = new Set<{ until: number }>();
  let running = 0;
  let finished = 0;
  let overloaded = 0;
  let serviceMs = 0;

  /** Jobs in whose slots no other can go. */
  const waitingFirst = () => queues.known.size + queues.unknown.size;
  const waiting = () => waitingFirst() + queues.last.size;

  function drainSeconds(): number {
    const drainMs = (serviceMs * (waiting() + running)) / concurrency;
    return Math.min(60, Math.max(1, Math.ceil(drainMs / 1000)));
  }

  function countRefusal(): void {
    overloaded += 1;
  }

  function overload(): HashOverloaded {
    countRefusal();
    return new HashOverloaded(drainSeconds());
  }

  /** Somebody who was on the way is there: the first who set out, which is as good as the right one. */
  function arrive(): void {
    for (const first of approaching) return void approaching.delete(first);
  }

  function turn(priority: HashPriority): Promise<void> {
    if (priority !== "known") arrive();
    if (running < concurrency) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting() >= queueLimit && !displaceLater(priority)) throw overload();
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(entry.timer);
        queues[priority].delete(entry);
      };
      const entry: Waiting = {
        expiresAt: now() + deadlineMs,
        timer: setTimeout(() => entry.refuse(), deadlineMs),
        start() {
          leave();
          running += 1;
          resolve();
        },
        refuse() {
          leave();
          reject(overload());
        },
      };
      queues[priority].add(entry);
    });
  }

  /** What an asker counts as now. */
  function priorityOf(owner: string | undefined, isLast: boolean): HashPriority {
    if (isLast) return "last";
    if (owner === undefined) return "unknown";
    return (owners.get(owner) ?? 0) < OWNER_PLACES ? "known" : "unknown";
  }

  /** Counts a place of the account; returns what gives it back. */
  function occupy(owner: string | undefined): () => void {
    if (owner === undefined) return () => undefined;
    owners.set(owner, (owners.get(owner) ?? 0) + 1);
    return () => {
      const left = (owners.get(owner) ?? 1) - 1;
      if (left === 0) owners.delete(owner);
      else owners.set(owner, left);
    };
  }

  function refuseWhenFull(owner?: string, isLast = false): void {
    const full = running >= concurrency && waiting() >= queueLimit;
    if (full && laterThan(priorityOf(owner, isLast)) === undefined) throw overload();
  }

  function retryAfterSeconds(): number | null {
    // In the order of arrival, so whoever is still on the way ends the search.
    for (const one of approaching) {
      if (one.until > now()) break;
      approaching.delete(one);
    }
    const full = running + waitingFirst() + approaching.size >= concurrency + queueLimit;
    return full ? drainSeconds() : null;
  }

  function reserveSlot(): () => void {
    if (retryAfterSeconds() !== null) throw overload();
    const one = { until: now() + APPROACH_MS };
    approaching.add(one);
    return () => approaching.delete(one);
  }

  /** The newest job that may wait behind one of this priority. */
  function laterThan(priority: HashPriority): Waiting | undefined {
    const queue = displaced[priority].find((later) => queues[later].size > 0);
    return queue && [...queues[queue]].at(-1);
  }

  function displaceLater(priority: HashPriority): boolean {
    const later = laterThan(priority);
    later?.refuse();
    return later !== undefined;
  }

  function startNext(): void {
    for (const entry of [...queues.known, ...queues.unknown, ...queues.last]) {
      if (running >= concurrency) return;
      // A blocked event loop delays timers; nobody who waited too long is served before being told.
      if (now() >= entry.expiresAt) entry.refuse();
      else entry.start();
    }
  }

  async function timed<T>(job: () => Promise<T>): Promise<T> {
    const startedAt = now();
    try {
      return await job();
    } finally {
      const took = now() - startedAt;
      serviceMs = finished === 0 ? took : serviceMs + (took - serviceMs) / 8;
      finished += 1;
      running -= 1;
      startNext();
    }
  }

  async function run<T>(job: () => Promise<T>, owner?: string, isLast = false): Promise<T> {
    const priority = priorityOf(owner, isLast);
    const leave = occupy(priority === "known" ? owner : undefined);
    try {
      await turn(priority);
      return await timed(job);
    } finally {
      leave();
    }
  }

  return {
    run,
    refuseWhenFull,
    retryAfterSeconds,
    countRefusal,
    reserveSlot,
    stats: () => ({ concurrency, running, waiting: waiting(), finished, overloaded, serviceMs }),
  };
}

/** As many jobs at once as there are cores, but two fewer than libuv's thread pool has, and one at least. */
export function defaultConcurrency(
  cores = availableParallelism(),
  threads = Number(process.env.UV_THREADPOOL_SIZE) || 4,
): number {
  return Math.max(1, Math.min(cores, threads - 2));
}

function positive(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number from 1.`);
  return value;
}
