import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import { MINUTE } from "../../platform/time/index.ts";
import { bucket, consume, consumeOrThrow, forgetAttempts, giveAttemptBack } from "./counters.ts";
import { deleteEndedBuckets } from "./queries.ts";

let t: TestAuth;

beforeEach(async () => {
  t = createTestAuth();
  await t.auth.ready();
});

afterEach(() => t.close());

const guesses = bucket("test", ["anna"], 5, 15 * MINUTE);

test("[TH-06] of 500 parallel attempts exactly the allowed number pass", async () => {
  const results = await Promise.all(Array.from({ length: 500 }, () => consume(coreOf(t.auth), [guesses])));
  expect(results.filter(({ ok }) => ok)).toHaveLength(5);
});

test("the wait counts from the last allowed attempt, and refused ones don't lengthen it", async () => {
  const core = coreOf(t.auth);
  await consume(core, [guesses]);
  t.clock.advance("10m");
  for (let attempt = 0; attempt < 4; attempt += 1) expect((await consume(core, [guesses])).ok).toBe(true);
  expect(await consume(core, [guesses])).toEqual({ ok: false, waitMs: 15 * MINUTE });
  t.clock.advance("14m");
  expect(await consume(core, [guesses])).toEqual({ ok: false, waitMs: MINUTE });
  t.clock.advance("1m");
  expect((await consume(core, [guesses])).ok).toBe(true);
});

test("a full bucket takes nothing from the others", async () => {
  const core = coreOf(t.auth);
  const wide = bucket("test", ["everybody"], 6, 15 * MINUTE);
  for (let attempt = 0; attempt < 5; attempt += 1) await consume(core, [guesses, wide]);
  for (let attempt = 0; attempt < 5; attempt += 1)
    expect((await consume(core, [wide, guesses])).ok).toBe(false);
  expect((await consume(core, [wide])).ok).toBe(true);
  expect((await consume(core, [wide])).ok).toBe(false);
});

test("[TH-07] a proven factor forgets its own attempts; of the others it takes only its own back", async () => {
  const core = coreOf(t.auth);
  const address = bucket("test", ["address"], 5, 15 * MINUTE);
  for (let attempt = 0; attempt < 4; attempt += 1) await consume(core, [guesses, address]);
  const { countedAt } = await consumeOrThrow(core, [guesses, address]);
  await core.db.transaction(async (tx) => {
    await forgetAttempts(tx, guesses);
    await giveAttemptBack(tx, address, countedAt);
  });
  expect((await consume(core, [guesses])).ok).toBe(true);
  expect((await consume(core, [address])).ok).toBe(true);
  expect((await consume(core, [address])).ok).toBe(false);
});

test("[TH-07] an attempt that succeeds after its window is over takes back nothing of the next one", async () => {
  const core = coreOf(t.auth);
  const address = bucket("test", ["late"], 5, 15 * MINUTE);
  t.clock.advance(1);
  const { countedAt } = await consumeOrThrow(core, [address]);
  t.clock.advance("15m");
  for (let attempt = 0; attempt < 5; attempt += 1) await consume(core, [address]);
  await giveAttemptBack(core.db, address, countedAt);
  expect((await consume(core, [address])).ok).toBe(false);
});

test("[TH-03] what refuses nothing is counted along, unless what refuses is full", async () => {
  const core = coreOf(t.auth);
  const consecutiveFailures = bucket("test", ["in a row"], 2, 15 * MINUTE);
  const small = bucket("test", ["small"], 4, 15 * MINUTE);
  const lefts: unknown[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const reservation = await consume(core, [small], consecutiveFailures);
    lefts.push(reservation.ok && reservation.left);
  }
  expect(lefts).toEqual([1, 0, null, null]);
  const other = bucket("test", ["other row"], 2, 15 * MINUTE);
  expect((await consume(core, [small], other)).ok).toBe(false);
  expect(await consume(core, [], other)).toMatchObject({ ok: true, left: 1 });
});

test("[TH-05] keys tell nothing about whom they count, and ended windows can be swept", async () => {
  const core = coreOf(t.auth);
  await consume(core, [guesses]);
  const rows = await core.db.all<{ key: Uint8Array }>("SELECT key FROM throttle");
  expect(Buffer.from(rows[0]?.key as Uint8Array).toString("latin1")).not.toContain("anna");
  expect(await deleteEndedBuckets(core.db, t.clock.now())).toBe(0);
  t.clock.advance("15m");
  expect(await deleteEndedBuckets(core.db, t.clock.now())).toBe(1);
});
