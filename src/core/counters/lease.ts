import type { Transaction } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import { type Bucket, type Counters, consumeOrThrow } from "./counters.ts";

/** The one place for work that takes long. It expires by itself, so a process that died keeps no account out. */
export interface Lease {
  /**
   * Renews it if half of its time has passed. `check` runs in the same transaction, and may refuse. Throws if another
   * holder has the place by now.
   */
  keep(check: (tx: Transaction) => Promise<void>): Promise<void>;
  /** Makes room for the next holder. Never throws: if the store fails, the next holder in this process makes up for it. */
  release(): Promise<void>;
}

/** Leases that ended while the store failed: key of the place → when it was taken. */
const unreleased = new WeakMap<Counters, Map<string, number>>();

function leftBehind(counters: Counters): Map<string, number> {
  const known = unreleased.get(counters) ?? new Map<string, number>();
  unreleased.set(counters, known);
  return known;
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
  const key = place.key.toString("base64");
  const left = leftBehind(counters);

  async function giveBack(takenAt: number): Promise<void> {
    await db.transaction((tx) => counters.giveBack(tx, place, takenAt), { durability: "relaxed" });
    left.delete(key);
  }

  const earlier = left.get(key);
  if (earlier !== undefined) await giveBack(earlier);
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
    async release() {
      await giveBack(countedAt).catch((error: unknown) => {
        left.set(key, countedAt);
        core.log.warn({ error: String(error) }, "a lease couldn't be released; it expires");
      });
    },
  };
}
