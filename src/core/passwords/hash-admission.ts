import { availableParallelism } from "node:os";

/** Thrown instead of making somebody wait: the queue is full, or the wait took longer than the deadline. */
export class HashOverloaded extends Error {
  readonly code = "overloaded";
  /** Whole seconds, 1 to 60, after which a new try has a chance; measured, for `Retry-After`. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Password hashing is at capacity.");
    this.name = "HashOverloaded";
    this.retryAfterSeconds = retryAfterSeconds;
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

/** `known`: from a device that signed in before. Goes first, and takes a stranger's place where the queue is full. */
export type HashPriority = "known" | "unknown";

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
  run<T>(job: () => Promise<T>, options?: { priority?: HashPriority }): Promise<T>;
  /** Throws `HashOverloaded` where `run` would at once: for asking before anything is written on the way to a hash. */
  refuseWhenFull(priority: HashPriority): void;
  stats(): HashAdmissionStats;
}

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
  const queues: Record<HashPriority, Set<Waiting>> = { known: new Set(), unknown: new Set() };
  let running = 0;
  let finished = 0;
  let overloaded = 0;
  let serviceMs = 0;

  const waiting = () => queues.known.size + queues.unknown.size;

  function overload(): HashOverloaded {
    overloaded += 1;
    const drainMs = (serviceMs * (waiting() + running)) / concurrency;
    return new HashOverloaded(Math.min(60, Math.max(1, Math.ceil(drainMs / 1000))));
  }

  function turn(priority: HashPriority): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting() >= queueLimit && !(priority === "known" && displaceStranger())) throw overload();
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

  function refuseWhenFull(priority: HashPriority): void {
    const full = running >= concurrency && waiting() >= queueLimit;
    if (full && !(priority === "known" && queues.unknown.size > 0)) throw overload();
  }

  function displaceStranger(): boolean {
    const newest = [...queues.unknown].at(-1);
    newest?.refuse();
    return newest !== undefined;
  }

  function startNext(): void {
    for (const entry of [...queues.known, ...queues.unknown]) {
      if (running >= concurrency) return;
      // A blocked event loop delays timers; nobody who waited too long is served before being told.
      if (now() >= entry.expiresAt) entry.refuse();
      else entry.start();
    }
  }

  async function run<T>(job: () => Promise<T>, { priority = "unknown" }: { priority?: HashPriority } = {}) {
    await turn(priority);
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

  return {
    run,
    refuseWhenFull,
    stats: () => ({ concurrency, running, waiting: waiting(), finished, overloaded, serviceMs }),
  };
}

function defaultConcurrency(): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4;
  return Math.max(1, Math.min(availableParallelism(), threads - 2));
}

function positive(value: number, name: string): number {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number from 1.`);
  return value;
}
