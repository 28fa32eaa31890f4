import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { capturingLogger } from "../../../tests/support/capturing-logger.ts";
import { spyOnStatements } from "../../../tests/support/database-spy.ts";
import { recordAlone } from "../../../tests/support/record-alone.ts";
import { createTestAuth, type TestAuth, testClock } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import { createAuth } from "../../auth.ts";
import { openSqlite } from "../../platform/database/index.ts";
import { recordEvent } from "./audit.ts";
import { createSealer } from "./sealer.ts";

let folder: string;
let closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-sealer-"));
});

afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
  rmSync(folder, { recursive: true, force: true });
});

/** A library that seals on demand. */
async function byHand(database = "sqlite::memory:"): Promise<TestAuth> {
  const t = createTestAuth({ database });
  closing.push(t.close);
  await t.auth.ready();
  return t;
}

/** A library that seals automatically, as in production. */
async function automatic() {
  const logger = capturingLogger();
  const auth = createAuth({
    origin: "http://localhost:3000",
    database: `sqlite:${join(folder, "app.db")}`,
    secretKeys: ["sealer test key: 0123456789 abcdefghijklmnopqrstuvwxyz"],
    cleanupInterval: false,
    logger,
  });
  closing.push(() => auth.close());
  await auth.ready();
  return { auth, lines: logger.lines };
}

const file = () => `sqlite:${join(folder, "app.db")}`;
const record = ({ auth }: Pick<TestAuth, "auth">) => recordAlone(coreOf(auth), { event: "authn_login_fail" });

interface Placed {
  id: string;
  seal: number | null;
}
const places = ({ auth }: Pick<TestAuth, "auth">) =>
  auth.database.all<Placed>("SELECT id, seal FROM audit ORDER BY id");
const seals = ({ auth }: Pick<TestAuth, "auth">) =>
  auth.database.all<{ number: number; count: number }>(
    "SELECT number, count FROM audit_seals ORDER BY number",
  );

test("[LG-06] two processes on one file seal each row once", async () => {
  const [one, two] = [await byHand(file()), await byHand(file())];
  const work = async (t: TestAuth) => {
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([record(t), record(t)]);
      await coreOf(t.auth).sealer.seal();
    }
  };
  await Promise.all([work(one), work(two)]);
  const rows = await places(one);
  expect(rows).toHaveLength(80);
  expect(rows.every(({ seal }) => seal !== null)).toBe(true);
  const made = await seals(two);
  expect(made.reduce((sum, { count }) => sum + count, 0)).toBe(80);
  expect(made.map(({ number }) => number)).toEqual(made.map((_, index) => index + 1));
  expect(await unwrap(two.auth.audit.verify())).toMatchObject({ intact: true, rows: 80 });
});

test("[LG-06] a row that commits late with a smaller id gets into the next seal", async () => {
  const t = await byHand();
  await record(t);
  const [early] = await places(t);
  await coreOf(t.auth).sealer.seal();
  const late = `0${early!.id.slice(1, -1)}0`.replace(/^../, "00");
  await t.auth.database.run(
    "INSERT INTO audit (id, time, event, detail) VALUES ($1, 0, 'user_created', '{}')",
    late,
  );
  await record(t);
  await coreOf(t.auth).sealer.seal();
  const rows = await places(t);
  expect(rows.map(({ seal }) => seal)).toEqual([2, 1, 2]);
  expect(rows[0]?.id).toBe(late);
  expect(await unwrap(t.auth.audit.verify())).toMatchObject({ intact: true, rows: 3, unsealed: 0 });
});

test("[LG-06] a crash between the commit of a row and its seal loses no row", async () => {
  const crashed = await byHand(file());
  await record(crashed);
  await record(crashed);
  expect((await places(crashed)).map(({ seal }) => seal)).toEqual([null, null]);
  // Closed without a seal, as by a crash.
  await crashed.close();
  const next = await automatic();
  await vi.waitFor(async () => expect((await places(next)).map(({ seal }) => seal)).toEqual([1, 1]));
  expect(await unwrap(next.auth.audit.verify())).toMatchObject({ intact: true, rows: 2 });
});

test("[LG-06] an idle process seals the rows that another one left", async () => {
  const idle = await automatic();
  const sealed = (numbers: number[]) =>
    vi.waitFor(async () => expect((await places(idle)).map(({ seal }) => seal)).toEqual(numbers), {
      timeout: 5000,
    });
  await record(idle);
  await sealed([1]);
  const ending = await byHand(file());
  await record(ending);
  await ending.close();
  await sealed([1, 2]);
});

test("a failure during sealing leaves rows unsealed and whole, and is retried", async () => {
  const t = await automatic();
  await t.auth.database.run(
    "CREATE TRIGGER fault BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  await record(t);
  await vi.waitFor(() =>
    expect(t.lines.map(({ message }) => message)).toContain("the audit could not be sealed; trying again"),
  );
  expect([await seals(t), (await places(t))[0]?.seal]).toEqual([[], null]);
  await t.auth.database.run("DROP TRIGGER fault");
  await vi.waitFor(async () => expect(await seals(t)).toEqual([{ number: 1, count: 1 }]), { timeout: 5000 });
});

test("rows are sealed soon after their commits, many in one seal, and the log gets the head", async () => {
  const t = await automatic();
  await Promise.all(Array.from({ length: 20 }, () => record(t)));
  await vi.waitFor(async () => expect((await places(t)).every(({ seal }) => seal !== null)).toBe(true));
  expect((await seals(t)).length).toBeLessThanOrEqual(2);
  const { head } = await unwrap(t.auth.audit.verify());
  await vi.waitFor(() => {
    const said = t.lines.filter(({ message }) => message === "audit sealed").at(-1);
    expect(said).toMatchObject({ level: "info", fields: { head, hash: head.split(":")[1] } });
  });
});

test("closing seals the latest rows", async () => {
  const t = await automatic();
  await record(t);
  await t.auth.close();
  const db = openSqlite(join(folder, "app.db"));
  const rows = await db.all<Placed>("SELECT id, seal FROM audit");
  await db.close();
  expect(rows.map(({ seal }) => seal)).toEqual([1]);
});

test("a process without the lease neither seals nor reports an error", async () => {
  const t = await byHand();
  await record(t);
  const { lines, ...log } = capturingLogger();
  const { db } = coreOf(t.auth);
  let isFree = false;
  const sealer = createSealer({ db, clock: testClock(), log, lease: async () => isFree });
  sealer.start();
  sealer.wake();
  await expect(sealer.seal()).rejects.toThrow();
  expect([await seals(t), lines]).toEqual([[], []]);
  isFree = true;
  await sealer.stop();
  expect(await seals(t)).toEqual([{ number: 1, count: 1 }]);
});

test("the sealer writes only if rows wait for a seal", async () => {
  const t = await byHand();
  await record(t);
  await coreOf(t.auth).sealer.seal();
  const heard: string[] = [];
  const stop = spyOnStatements(t.auth.database, (sql) => void heard.push(sql.slice(0, 6)));
  await coreOf(t.auth).sealer.seal();
  stop();
  expect(new Set(heard)).toEqual(new Set(["SELECT"]));
});

test("an index serves every query of the sealer and of the check", async () => {
  const t = await byHand();
  const plans: [sql: string, index: string][] = [
    ["SELECT id FROM audit WHERE seal IS NULL LIMIT 1", "audit_unsealed"],
    ["SELECT event FROM audit WHERE seal IS NULL ORDER BY id LIMIT 5", "audit_unsealed"],
    ["SELECT id FROM audit WHERE sequence IS NOT NULL LIMIT 1", "audit_by_sequence"],
    ["SELECT event FROM audit WHERE sequence > 5 ORDER BY sequence LIMIT 5", "audit_by_sequence"],
    ["SELECT event FROM audit WHERE seal = 1 AND id >= 'a' AND id <= 'b' ORDER BY id LIMIT 5", "PRIMARY KEY"],
  ];
  for (const [sql, index] of plans) {
    const plan = await t.auth.database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    const said = plan.map(({ detail }) => detail).join("; ");
    expect(said).toContain(index);
    expect(said).not.toContain("TEMP B-TREE");
  }
});

test("recording several rows in one transaction reads and changes no other row", async () => {
  const t = await byHand();
  const core = coreOf(t.auth);
  const heard: string[] = [];
  const stop = spyOnStatements(core.db, (sql) => void heard.push(sql));
  await core.db.transaction(async (tx) => {
    await recordEvent(core, tx, { event: "user_created" });
    await recordEvent(core, tx, { event: "session_created" });
  });
  stop();
  expect(heard.filter((sql) => /\bSELECT\b|\bUPDATE\b/.test(sql))).toEqual([]);
});
