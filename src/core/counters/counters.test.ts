import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";
import { countersContract } from "../../adapters/testing-store.ts";
import { coreOf } from "../../assemble.ts";
import { migrate, openSqlite } from "../../platform/database/index.ts";
import { MINUTE } from "../../platform/time/index.ts";
import { migrations } from "../schema/index.ts";
import { siteFailures } from "./budgets.ts";
import { bucket } from "./counters.ts";
import { createSqlCounters } from "./sql-counters.ts";

let t: TestAuth;

beforeEach(async () => {
  t = createTestAuth();
  await t.auth.ready();
});

afterEach(() => t.close());

describe("counters in SQL", () => {
  countersContract(
    {
      async open(clock) {
        const database = openSqlite(":memory:");
        await migrate(database, "latchkey", migrations, clock);
        return {
          counters: createSqlCounters({ db: database, clock }),
          database,
          close: () => database.close(),
        };
      },
    },
    { test },
  );
});

test("[TH-05] keys of counters reveal nothing about their subject, and expired windows are deleted", async () => {
  const { counters, db } = coreOf(t.auth);
  await counters.take([bucket("test", ["anna"], 5, 15 * MINUTE)]);
  const rows = await db.all<{ key: Uint8Array }>("SELECT key FROM throttle");
  expect(Buffer.from(rows[0]?.key as Uint8Array).toString("latin1")).not.toContain("anna");
  expect(await counters.cleanUp()).toBe(0);
  t.clock.advance("15m");
  expect(await counters.cleanUp()).toBe(1);
});

describe("the budget of the whole site", () => {
  /** Attempts that pass, each with a separate bucket as in a request, and the rows they are counted in. */
  async function fill(perSite: number, attempts: number) {
    const site = createTestAuth({ throttle: { perSite } });
    await site.auth.ready();
    const core = coreOf(site.auth);
    let passed = 0;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if ((await core.counters.take([siteFailures(core)])).ok) passed += 1;
    }
    const { rows } = (await core.db.one<{ rows: number }>("SELECT count(*) AS rows FROM throttle"))!;
    await site.close();
    return { passed, rows };
  }

  test("a small budget of the site is exact in one row", async () => {
    expect(await fill(20, 30)).toEqual({ passed: 20, rows: 1 });
  });

  test("a large budget of the site uses 16 rows, and is exceeded by at most 15", async () => {
    const { passed, rows } = await fill(1610, 4000);
    expect(rows).toBe(16);
    expect(passed).toBeGreaterThan(1500);
    expect(passed).toBeLessThanOrEqual(1625);
  });

  test("a returned attempt goes to the row that counted it", async () => {
    const core = coreOf(t.auth);
    const budget = siteFailures(core);
    const taken = await core.counters.take([budget]);
    await core.counters.giveBack(core.db, budget, taken.ok ? taken.countedAt : 0);
    expect(await core.db.all("SELECT count FROM throttle")).toEqual([{ count: 0 }]);
  });
});
