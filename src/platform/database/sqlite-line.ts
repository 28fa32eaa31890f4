import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { isBusy, translate } from "./sqlite-errors.ts";

/** How long a write waits for another process's write, its time in line included, before it is refused as `unavailable`. */
const BUSY_LIMIT_MS = 5000;

/** Writers in a line leave the event loop to others after this long. */
const TURN_MS = 2;

const notInside =
  "Inside a transaction use what was handed over (tx), not the database or functions that use it themselves.";

/** Those that wait for the one writing connection. */
export interface Line {
  /** Runs `work` once all work before it has ended. Refuses a caller that runs in a transaction with a `TypeError`. */
  wait<Result>(work: (giveUpAt: number) => Promise<Result>): Promise<Result>;
  /** Runs `work` as a transaction; while it runs, it can't wait in line itself. */
  inside<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly isEmpty: boolean;
  /** Resolves when everything that waits now has ended. */
  drained(): Promise<unknown>;
}

export function createLine(): Line {
  let lastInLine: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let turnBegan = 0;
  /** The transaction that the caller runs in, if any. */
  const caller = new AsyncLocalStorage<{ open: boolean }>();

  return {
    /** Writers go one after another: a transaction spans turns of the event loop on the one writing connection. */
    wait(work) {
      // It would wait for the transaction that waits for it, and everybody else behind the two, for ever.
      if (caller.getStore()?.open) return Promise.reject(new TypeError(notInside));
      waiting += 1;
      // From here on, or a line of many would be refused one after the other, each after the whole limit.
      const giveUpAt = performance.now() + BUSY_LIMIT_MS;
      const begin = async () => {
        if (waiting > 1 && performance.now() - turnBegan > TURN_MS) {
          await new Promise<void>((resolve) => setImmediate(resolve));
          turnBegan = performance.now();
        }
        return work(giveUpAt);
      };
      const result = lastInLine.then(begin, begin).finally(() => {
        waiting -= 1;
      });
      lastInLine = result.catch(() => undefined);
      return result;
    },
    async inside(work) {
      const here = { open: true };
      try {
        return await caller.run(here, work);
      } finally {
        here.open = false;
      }
    },
    get isEmpty() {
      return waiting === 0;
    },
    drained: () => lastInLine,
  };
}

/** Waits outside SQLite, so that the event loop goes on serving. */
export async function untilNotBusy<Result>(
  attempt: () => Result,
  giveUpAt = performance.now() + BUSY_LIMIT_MS,
): Promise<Result> {
  for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw translate(error);
      await delay(pause);
    }
  }
}
