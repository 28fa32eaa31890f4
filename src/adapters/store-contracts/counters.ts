import { deepEqual, equal } from "node:assert/strict";
import { type Bucket, bucket, type Counters } from "../../core/counters/index.ts";
import type { Database } from "../../platform/database/index.ts";
import { type Clock, MINUTE } from "../../platform/time/index.ts";
import { type ContractRunner, testsOf } from "./contract.ts";

/** Counters, and the database whose transactions use them. */
export interface OpenCounters {
  counters: Counters;
  database: Database;
  close(): Promise<void>;
}

/** How the contract opens the counters that it tests. */
export interface CountersContract {
  /** Opens empty counters with this clock. Each test has separate ones. */
  open(clock: Clock): OpenCounters | Promise<OpenCounters>;
}

const WINDOW = 15 * MINUTE;
const guesses = bucket("contract", ["anna"], 5, WINDOW);

/** A clock that the test moves forward and back. */
interface MovingClock extends Clock {
  move(byMs: number): void;
}

function movingClock(): MovingClock {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    move(byMs) {
      now += byMs;
    },
  };
}

/**
 * Tests that `Counters` keep the promises of their port.
 *
 * @example
 * countersContract({ open: async (clock) => ({ counters: myCounters(clock), database, close }) }, { test });
 */
export function countersContract({ open }: CountersContract, runner: ContractRunner): void {
  const test = testsOf<OpenCounters & { clock: MovingClock }>(
    runner,
    async () => {
      const clock = movingClock();
      return { ...(await open(clock)), clock };
    },
    ({ close }) => close(),
  );

  /** How many of this many attempts pass, one after the other. */
  async function passing(counters: Counters, attempts: number, buckets: readonly Bucket[]): Promise<number> {
    let passed = 0;
    for (let attempt = 0; attempt < attempts; attempt += 1)
      if ((await counters.take(buckets)).ok) passed += 1;
    return passed;
  }

  test("[TH-06] exactly the allowed number of 200 parallel attempts pass", async ({ counters }) => {
    const results = await Promise.all(Array.from({ length: 200 }, () => counters.take([guesses])));
    equal(results.filter(({ ok }) => ok).length, 5);
  });

  test("the wait counts from the last allowed attempt, and refused ones don't lengthen it", async (opened) => {
    const { counters, clock } = opened;
    await counters.take([guesses]);
    clock.move(10 * MINUTE);
    equal(await passing(counters, 4, [guesses]), 4);
    deepEqual(await counters.take([guesses]), { ok: false, waitMs: WINDOW });
    clock.move(14 * MINUTE);
    deepEqual(await counters.take([guesses]), { ok: false, waitMs: MINUTE });
    clock.move(MINUTE);
    deepEqual(await counters.take([guesses]), { ok: true, countedAt: clock.now(), left: null });
  });

  test("a clock set back doesn't lengthen the wait beyond its usual limit", async ({ counters, clock }) => {
    await passing(counters, 5, [guesses]);
    clock.move(-10 * MINUTE);
    deepEqual(await counters.take([guesses]), { ok: false, waitMs: WINDOW });
    clock.move(14 * MINUTE);
    deepEqual(await counters.take([guesses]), { ok: false, waitMs: MINUTE });
  });

  test("a full bucket takes no attempt from other buckets, in any order", async ({ counters }) => {
    const wide = bucket("contract", ["everybody"], 6, WINDOW);
    await passing(counters, 5, [guesses, wide]);
    equal(await passing(counters, 5, [wide, guesses]), 0);
    equal(await passing(counters, 3, [wide]), 1);
  });

  test("[TH-03] the soft bucket refuses nothing, and reports its remaining attempts", async ({
    counters,
  }) => {
    const soft = bucket("contract", ["in a row"], 2, WINDOW);
    const hard = bucket("contract", ["small"], 4, WINDOW);
    const lefts: unknown[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const reservation = await counters.take([hard], soft);
      lefts.push(reservation.ok && reservation.left);
    }
    deepEqual(lefts, [1, 0, null, null]);
    const fresh = bucket("contract", ["another row"], 2, WINDOW);
    equal((await counters.take([hard], fresh)).ok, false);
    const alone = await counters.take([], fresh);
    equal(alone.ok && alone.left, 1);
  });

  test("takeIn counts within the caller's transaction, up to the limit", async ({ counters, database }) => {
    const passed: boolean[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1)
      passed.push(await database.transaction((tx) => counters.takeIn(tx, guesses)));
    deepEqual(passed, [true, true, true, true, true, false, false]);
  });

  test("isFull counts nothing, and reports a full bucket until its window ends", async (opened) => {
    const { counters, database, clock } = opened;
    const seen: boolean[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      seen.push(await counters.isFull(guesses));
      await counters.take([guesses]);
    }
    deepEqual(seen, [false, false, false, false, false]);
    equal(await counters.isFull(guesses), true);
    clock.move(WINDOW);
    equal(await counters.isFull(guesses), false);
    await passing(counters, 5, [guesses]);
    await database.transaction((tx) => counters.clear(tx, guesses));
    equal(await counters.isFull(guesses), false);
  });

  test("[TH-07] a cleared bucket has all attempts again, and a returned attempt adds one", async (opened) => {
    const { counters, database } = opened;
    const address = bucket("contract", ["address"], 5, WINDOW);
    await passing(counters, 4, [guesses, address]);
    const last = await counters.take([guesses, address]);
    await database.transaction(async (tx) => {
      await counters.clear(tx, guesses);
      await counters.giveBack(tx, address, last.ok ? last.countedAt : 0);
    });
    equal(await passing(counters, 6, [guesses]), 5);
    equal(await passing(counters, 6, [address]), 1);
  });

  test("[TH-07] an attempt returned late doesn't change the next window", async (opened) => {
    const { counters, database, clock } = opened;
    const early = await counters.take([guesses]);
    clock.move(WINDOW);
    equal(await passing(counters, 6, [guesses]), 5);
    await database.transaction((tx) => counters.giveBack(tx, guesses, early.ok ? early.countedAt : 0));
    equal((await counters.take([guesses])).ok, false);
  });

  test("[TH-05] cleaning up deletes only expired rows", async ({ counters, clock }) => {
    await passing(counters, 5, [guesses]);
    equal(await counters.cleanUp(), 0);
    equal((await counters.take([guesses])).ok, false);
    clock.move(WINDOW);
    await counters.cleanUp();
    equal(await passing(counters, 6, [guesses]), 5);
  });
}
