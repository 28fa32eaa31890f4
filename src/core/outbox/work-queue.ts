import { setTimeout as delay } from "node:timers/promises";
import { type Clock, MINUTE } from "../../platform/time/index.ts";

/** Other processes and operators add work without a signal to this process, so it looks at least this often. */
const LONGEST_SLEEP_MS = MINUTE;
/** By then the answer of the adding request is sent. The work must not show in its time. */
const ANSWER_FIRST_MS = 100;

interface WorkQueueOptions<Row> {
  /** The maximum number of pieces of work at once. */
  workers: number;
  /** The smallest time between two starts, so that other requests are served at once. Default 0. */
  minSpacingMs?: number;
  clock: Clock;
  /** Takes the next due piece for this caller. Undefined if none is due. */
  take(): Promise<Row | undefined>;
  /** Does the work and records the result. */
  work(row: Row): Promise<void>;
  /** The time when the next piece is due, in UTC milliseconds. Null if none waits. */
  nextDue(): Promise<number | null>;
  /** Receives errors of taking and recording. The queue looks again after a minute. */
  onError(error: unknown): void;
}

/** Work of one kind, independent of other queues. */
export interface WorkQueue {
  /** Does the due work. Resolves when none is left, with whether it did any. Never rejects. */
  drain(): Promise<boolean>;
  /** Does the due work in a moment, after the answer to the calling request is sent. */
  wake(): void;
  /** Starts no work. Resolves when the running work is done. */
  stop(): Promise<void>;
}

export function createWorkQueue<Row>(options: WorkQueueOptions<Row>): WorkQueue {
  const { workers, minSpacingMs = 0, clock, take, work, nextDue, onError } = options;
  let active = 0;
  let requests = 0;
  let stopped = false;
  let worked = false;
  let idle = Promise.withResolvers<boolean>();
  let timer: NodeJS.Timeout | null = null;
  let waking: NodeJS.Timeout | null = null;
  /** The time when the next piece of work may begin, by the machine's own clock. */
  let earliest = 0;

  /** Starts one more worker below the maximum. A worker that finds work starts another, since there may be more. */
  function startWorker(): void {
    if (stopped || active >= workers) return;
    active += 1;
    void workUntilNothingIsDue();
  }

  async function workUntilNothingIsDue(): Promise<void> {
    let troubled = false;
    try {
      while (!stopped) {
        const seen = requests;
        const row = await take();
        if (row !== undefined) {
          startWorker();
          await waitForSpacing();
          await work(row);
          worked = true;
        } else if (seen === requests) break;
      }
    } catch (error) {
      troubled = true;
      if (!stopped) onError(error);
    } finally {
      // In the same turn as the last check of `requests`: otherwise a request in between would find no room.
      active -= 1;
      if (active === 0) onIdle(troubled);
    }
  }

  async function waitForSpacing(): Promise<void> {
    const now = performance.now();
    const wait = earliest - now;
    earliest = Math.max(earliest, now) + minSpacingMs;
    if (wait > 0) await delay(wait);
  }

  function onIdle(troubled: boolean): void {
    idle.resolve(worked);
    worked = false;
    idle = Promise.withResolvers();
    if (stopped) return;
    if (troubled) sleepUntil(clock.now() + LONGEST_SLEEP_MS);
    else {
      nextDue().then(
        (time) => time !== null && sleepUntil(time),
        () => sleepUntil(clock.now() + LONGEST_SLEEP_MS),
      );
    }
  }

  function sleepUntil(time: number): void {
    if (stopped) return;
    if (timer !== null) clearTimeout(timer);
    const wait = Math.min(Math.max(time - clock.now(), 0), LONGEST_SLEEP_MS);
    timer = setTimeout(wake, wait).unref();
  }

  function drain(): Promise<boolean> {
    requests += 1;
    startWorker();
    return active === 0 ? Promise.resolve(false) : idle.promise;
  }

  function wake(): void {
    if (stopped) return;
    waking ??= setTimeout(() => {
      waking = null;
      void drain();
    }, ANSWER_FIRST_MS);
  }

  return {
    drain,
    wake,
    async stop() {
      stopped = true;
      for (const each of [timer, waking]) if (each !== null) clearTimeout(each);
      if (active > 0) await idle.promise;
    },
  };
}
