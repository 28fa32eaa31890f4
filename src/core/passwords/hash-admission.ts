import { availableParallelism } from "node:os";
import { LatchkeyError } from "../../platform/errors/index.ts";

/** Refuses a hash: the queue is full, or the job waited longer than the deadline. */
export class HashOverloaded extends LatchkeyError {
  /** Whole seconds, 1 to 60, after which a new try has a chance. Measured; for `Retry-After`. */
  declare readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("overloaded", { detail: "Password hashing is at capacity.", retryAfterSeconds });
    this.name = "HashOverloaded";
  }
}

export interface HashAdmissionOptions {
  /** Jobs at once. Default: the cores, but two threads of the pool stay free for files and DNS. */
  concurrency?: number;
  /** Jobs that may wait. Default 256. */
  queueLimit?: number;
  /** Milliseconds a job may wait before it begins. Default 10,000. */
  deadlineMs?: number;
  clock?: { now(): number };
}

/** Known devices go first. Accounts that sign in all the time go last. In a full queue a job takes a later one's slot. */
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
  /** Jobs that ended, with a result or an error. */
  finished: number;
  /** Jobs that a full queue or the deadline refused. */
  overloaded: number;
  /** Moving average; 0 before the first job has finished. */
  serviceMs: number;
}

export interface HashAdmission {
  /**
   * Runs a job in its turn. `owner`: the user id, for a signed-in account or a device that signed in to it before.
   * Each account has a few slots that go before unknown devices; its other jobs count as an unknown device's.
   * `isLast`: all others go before it, unknown devices too.
   */
  run<T>(job: () => Promise<T>, owner?: string | undefined, isLast?: boolean): Promise<T>;
  /** Throws `HashOverloaded` if `run` would refuse at once. Ask before the first write on the way to a hash. */
  refuseWhenFull(owner?: string | undefined, isLast?: boolean): void;
  /** Null while `reserveSlot` has a slot; else the seconds after which an unknown device has a chance. */
  retryAfterSeconds(): number | null;
  /** Counts a refusal that the caller answered itself. */
  countRefusal(): void;
  /**
   * Reserves a slot for an unknown device's request on its way to a hash. Of parallel requests only as many proceed as
   * find a slot. The reservation ends in the queue, by the returned function, or after 50 ms. Throws `HashOverloaded`.
   */
  reserveSlot(): () => void;
  stats(): HashAdmissionStats;
}

/** Longer than a request takes to the queue. A slow body must not hold a slot. */
const RESERVATION_MS = 50;

/** An account with many devices must not take the slots of all others. */
const SLOTS_PER_OWNER = 4;

interface Waiting {
  start(): void;
  refuse(): void;
  expiresAt: number;
  timer: NodeJS.Timeout;
}

/**
 * Bounds how many password hashes run at once. A hash takes a core and a thread of libuv's pool, so a burst of
 * sign-ins would stop everything else. `run` returns the job's result or error. It throws `HashOverloaded` if the queue
 * is full or the deadline passes.
 *
 * @see ASVS 15.1.3, 2.4.1
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
  /** How many jobs of each account wait or run as `known`. */
  const ownerSlots = new Map<string, number>();
  const reservations = new Set<{ until: number }>();
  let running = 0;
  let finished = 0;
  let overloaded = 0;
  let serviceMs = 0;

  /** Jobs whose slots no other job takes. */
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

  /** A job that arrives frees the oldest reservation; reservations are interchangeable. */
  function freeReservation(): void {
    for (const oldest of reservations) return void reservations.delete(oldest);
  }

  function waitForTurn(priority: HashPriority): Promise<void> {
    if (priority !== "known") freeReservation();
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

  function priorityOf(owner: string | undefined, isLast: boolean): HashPriority {
    if (isLast) return "last";
    if (owner === undefined) return "unknown";
    return (ownerSlots.get(owner) ?? 0) < SLOTS_PER_OWNER ? "known" : "unknown";
  }

  /** Takes a slot of the account; returns the function that frees it. */
  function takeSlot(owner: string | undefined): () => void {
    if (owner === undefined) return () => undefined;
    ownerSlots.set(owner, (ownerSlots.get(owner) ?? 0) + 1);
    return () => {
      const left = (ownerSlots.get(owner) ?? 1) - 1;
      if (left === 0) ownerSlots.delete(owner);
      else ownerSlots.set(owner, left);
    };
  }

  function refuseWhenFull(owner?: string, isLast = false): void {
    const full = running >= concurrency && waiting() >= queueLimit;
    if (full && laterThan(priorityOf(owner, isLast)) === undefined) throw overload();
  }

  function retryAfterSeconds(): number | null {
    // Oldest first, so the first valid reservation ends the search.
    for (const reservation of reservations) {
      if (reservation.until > now()) break;
      reservations.delete(reservation);
    }
    const full = running + waitingFirst() + reservations.size >= concurrency + queueLimit;
    return full ? drainSeconds() : null;
  }

  function reserveSlot(): () => void {
    if (retryAfterSeconds() !== null) throw overload();
    const reservation = { until: now() + RESERVATION_MS };
    reservations.add(reservation);
    return () => reservations.delete(reservation);
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
      // A blocked event loop delays timers, so a job may be past its deadline here.
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
    const freeSlot = takeSlot(priority === "known" ? owner : undefined);
    try {
      await waitForTurn(priority);
      return await timed(job);
    } finally {
      freeSlot();
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

/** One job for each core, but at most two fewer than libuv's pool has threads, and at least one. */
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
