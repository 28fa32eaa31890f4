import { setTimeout as delay } from "node:timers/promises";
import { type Clock, MINUTE } from "../../platform/time/index.ts";

/** Other processes put work in too, and operators, without a word to this one: it looks at least this often. */
const LONGEST_SLEEP_MS = MINUTE;
/** The answer to the request that puts work in has left by then: what there is to do must not show in its time. */
const ANSWER_FIRST_MS = 100;

interface WorkQueueOptions<Row> {
  /** How many pieces of work are done at once, at most. */
  workers: number;
  /** Pieces of work begin at least this far apart, so that requests beside them are served at once. Default 0. */
  minSpacingMs?: number;
  clock: Clock;
  /** Takes the next piece that is due, so that nobody else gets it; undefined where nothing is due. */
  take(): Promise<Row | undefined>;
  /** Does it and records how that went. */
  work(row: Row): Promise<void>;
  /** When the next piece is due, UTC milliseconds; null where none waits. */
  nextDue(): Promise<number | null>;
  /** Hears what went wrong with taking and recording. The lane looks again after a minute. */
  onError(error: unknown): void;
}

/** Work of one kind, which waits for no other. */
export interface WorkQueue {
  /** Does what is due; resolves when nothing due is left. Never rejects. */
  drain(): Promise<void>;
  /** Does what is due in a moment, when the answer to the request that calls this has left. */
  wake(): void;
  /** Begins nothing new; resolves when what was begun is done. */
  stop(): Promise<void>;
}

export function createWorkQueue<Row>(options: WorkQueueOptions<Row>): WorkQueue {
  const { workers, minSpacingMs = 0, clock, take, work, nextDue, onError } = options;
  let active = 0;
  let requests = 0;
  let stopped = false;
  let idle = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | null = null;
  let waking: NodeJS.Timeout | null = null;
  /** When the next piece of work may begin, by the machine's own clock. */
  let earliest = 0;

  /** A worker more, if there is room for one. Each that finds work calls for another, since there may be more. */
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
        } else if (seen === requests) break;
      }
    } catch (error) {
      troubled = true;
      if (!stopped) onError(error);
    } finally {
      // In the same turn as the last look at `requests`: else one could come in between and find no room.
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
    idle.resolve();
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

  function drain(): Promise<void> {
    requests += 1;
    startWorker();
    return active === 0 ? Promise.resolve() : idle.promise;
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
