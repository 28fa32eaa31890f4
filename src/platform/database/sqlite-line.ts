import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { isBusy, translate } from "./sqlite-errors.ts";

/**
 * The longest wait for another process's write, including the time in the queue. Then the write is refused as
 * `unavailable`.
 */
const BUSY_LIMIT_MS = 5000;

/** After this time, queued writers let the event loop run. */
const TURN_MS = 2;

const notInside = "Inside a transaction use its argument (tx), not the database or functions that use it.";

/** The queue for the writing connection. */
export interface Line {
  /** Runs `work` once all earlier work has ended. Throws a `TypeError` if the caller runs in a transaction. */
  wait<Result>(work: (giveUpAt: number) => Promise<Result>): Promise<Result>;
  /** Runs `work` as a transaction. Meanwhile `work` can't join the queue. */
  inside<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly isEmpty: boolean;
  /** Resolves when all work that waits now has ended. */
  drained(): Promise<unknown>;
}

export function createLine(): Line {
  let lastInLine: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let turnBegan = 0;
  /** The transaction that the caller runs in, if any. */
  const caller = new AsyncLocalStorage<{ open: boolean }>();

  return {
    /** Runs writers one after another: a transaction spans turns of the event loop on the only writing connection. */
    wait(work) {
      // Would deadlock: this call would queue behind the transaction that awaits it.
      if (caller.getStore()?.open) return Promise.reject(new TypeError(notInside));
      waiting += 1;
      // The limit counts from here. Otherwise a queue of many would be refused one by one, each after the whole limit.
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

/** Waits outside SQLite, so that the event loop continues. */
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
