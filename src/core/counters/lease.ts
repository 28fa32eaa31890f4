import type { Transaction } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import { type Bucket, consumeOrThrow } from "./counters.ts";

/** The one place for work that takes long. It expires by itself, so a process that died keeps no account out. */
export interface Lease {
  /**
   * Renews it if half of its time has passed. `check` runs in the same transaction, and may refuse. Throws if another
   * holder has the place by now.
   */
  keep(check: (tx: Transaction) => Promise<void>): Promise<void>;
  /** Makes room for the next holder. */
  release(): Promise<void>;
}

/**
 * Takes the one place of `place` and an attempt of each budget, or nothing. Throws `too_many_attempts`. The window of
 * `place` is how long the lease lasts without being renewed.
 *
 * @example
 * const lease = await takeLease(core, runningDownload(user.id), [downloads(core, user.id)]);
 */
export async function takeLease(core: Core, place: Bucket, budgets: readonly Bucket[]): Promise<Lease> {
  const { counters, clock, db } = core;
  let { countedAt } = await consumeOrThrow(core, [place, ...budgets]);
  return {
    async keep(check) {
      if (clock.now() < countedAt + place.windowMs / 2) return;
      await db.transaction(
        async (tx) => {
          await check(tx);
          await counters.giveBack(tx, place, countedAt);
          if (!(await counters.takeIn(tx, place))) throw new Error("Another holder has the lease.");
        },
        { durability: "relaxed" },
      );
      countedAt = clock.now();
    },
    release: () => db.transaction((tx) => counters.giveBack(tx, place, countedAt), { durability: "relaxed" }),
  };
}
