import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { databaseContract } from "../../adapters/testing-store.ts";
import { migrations } from "../../core/schema/index.ts";
import { ConfigurationError } from "../errors/index.ts";
import { UniqueViolation } from "./database.ts";
import { migrate, pendingMigrations } from "./migrate.ts";
import { openSqlite, type SqliteDatabase } from "./sqlite.ts";

const clock = { now: () => 1_000 };
const numbers = {
  id: 1,
  name: "numbers",
  sql: "CREATE TABLE numbers (n INTEGER PRIMARY KEY, word TEXT UNIQUE) STRICT;",
};

let folder: string;
let opened: SqliteDatabase[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-sqlite-"));
  opened = [];
});

afterEach(async () => {
  for (const db of opened) await db.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(path = join(folder, "app.db")): SqliteDatabase {
  const db = openSqlite(path);
  opened.push(db);
  return db;
}

describe.each(["file", "memory"])("SQLite in a %s", (kind) => {
  const place = () => (kind === "file" ? join(folder, "app.db") : ":memory:");

  databaseContract({ open: () => openSqlite(place()) }, { test });

  test("an immediate read sees the state before an open transaction, or is unavailable", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    const find = "SELECT word FROM numbers WHERE n = $1";
    await db.transaction(async (tx) => {
      await tx.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
      expect(db.oneNow(find, 1)).toBe(kind === "memory" ? null : undefined);
    });
    expect(db.oneNow(find, 1)).toEqual({ word: "one" });
  });

  test("one and all refuse a statement that writes, inside a transaction too", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    const insert = "INSERT INTO numbers (n, word) VALUES (1, 'one') RETURNING n";
    await db.transaction(async (tx) => {
      await expect(tx.one(insert)).rejects.toThrow(TypeError);
      await expect(tx.all(insert)).rejects.toThrow(TypeError);
    });
    expect(await db.all("SELECT n FROM numbers")).toEqual([]);
  });

  test("all explains a statement that writes, inside a transaction and outside", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    const explain = "EXPLAIN QUERY PLAN DELETE FROM numbers WHERE word = 'one'";
    expect(await db.all(explain)).toHaveLength(1);
    await db.transaction(async (tx) => {
      expect(await tx.all(explain)).toHaveLength(1);
      await tx.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
    });
    expect(await db.all("SELECT n FROM numbers")).toEqual([{ n: 1 }]);
  });

  test.runIf(kind === "file")("one refuses a PRAGMA that writes and accepts one that reads", async () => {
    const db = open(place());
    await expect(db.one("PRAGMA user_version = 7")).rejects.toThrow(TypeError);
    expect(await db.one("PRAGMA user_version")).toEqual({ user_version: 0 });
  });

  test("listeners get the tables that a statement wrote, as the engine reports them", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    await db.run("CREATE TABLE copies (n INTEGER)");
    const heard: string[] = [];
    db.onWrite({
      wrote: ({ tables, triggers, changes, parameters }) => {
        heard.push([...tables].sort().join("+"), `${triggers ? "with triggers" : "alone"} ${changes}`);
        heard.push(...parameters.map(String));
      },
      ended: () => void heard.push("ended"),
    });
    const taken = () => heard.splice(0);
    await db.run("WITH more AS (SELECT $1 AS n) INSERT INTO numbers (n, word) SELECT n, 'one' FROM more", 1);
    expect(taken()).toEqual(["numbers", "alone 1", "1", "ended"]);
    await db.run("REPLACE INTO numbers (n, word) VALUES (1, 'eins')");
    expect(taken().slice(0, 2)).toEqual(["numbers", "alone 1"]);
    await db.returning("/* a comment */ UPDATE Numbers SET word = 'un' WHERE n = 7 RETURNING n");
    expect(taken().slice(0, 2)).toEqual(["numbers", "alone 0"]);
    const insert = "INSERT INTO numbers (n, word) VALUES ($1, NULL)";
    await db.transaction(async (tx) => {
      await tx.run(insert, 2);
      await tx.all("SELECT n FROM numbers");
    });
    expect(taken()).toEqual(["numbers", "alone 1", "2", "ended", "ended"]);
    await db.run("CREATE TRIGGER copy AFTER INSERT ON numbers BEGIN INSERT INTO copies VALUES (new.n); END");
    taken();
    // The statement was prepared before the trigger existed.
    await db.run(insert, 3);
    expect(taken().slice(0, 2)).toEqual(["copies+numbers", "with triggers 1"]);
    await db.all("SELECT * FROM numbers");
    expect(taken()).toEqual([]);
  });

  test("a rolled-back transaction is reported as ended, and so is a failed statement", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    await db.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
    const heard: unknown[] = [];
    db.onWrite({ wrote: ({ changes }) => heard.push(changes), ended: () => heard.push("ended") });
    await expect(
      db.transaction(async (tx) => {
        await tx.run("DELETE FROM numbers");
        throw new Error("half-way");
      }),
    ).rejects.toThrow("half-way");
    expect(heard.splice(0)).toEqual([1, "ended"]);
    // Keeps the rows before the failing one.
    await expect(
      db.run("INSERT OR FAIL INTO numbers (n, word) VALUES (2, 'two'), (1, 'eins')"),
    ).rejects.toThrow(UniqueViolation);
    expect(heard).toEqual([null, "ended"]);
    expect(await db.all("SELECT n FROM numbers ORDER BY n")).toEqual([{ n: 1 }, { n: 2 }]);
  });
});

test("only another connection's write changes the number of foreign writes", async () => {
  const ours = open();
  await migrate(ours, "test", [numbers], clock);
  const theirs = open();
  const before = ours.foreignWrites();
  await ours.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
  expect(ours.foreignWrites()).toBe(before);
  await theirs.run("INSERT INTO numbers (n, word) VALUES (2, 'two')");
  expect(ours.foreignWrites()).not.toBe(before);
});

test("two processes that migrate at once apply every migration once", async () => {
  const [first, second] = [open(), open()];
  const applied = await Promise.all([
    migrate(first, "latchkey", migrations, clock),
    migrate(second, "latchkey", migrations, clock),
  ]);
  expect(applied.flat()).toHaveLength(migrations.length);
  expect(await pendingMigrations(first, "latchkey", migrations)).toEqual([]);
});

test("a failed migration leaves no trace", async () => {
  const db = open();
  const broken = {
    id: 2,
    name: "broken",
    sql: "CREATE TABLE half (n INTEGER);\nCREATE TABLE numbers (n INTEGER);",
  };
  await expect(migrate(db, "test", [numbers, broken], clock)).rejects.toThrow(/already exists/);
  expect(await db.one("SELECT name FROM sqlite_schema WHERE name = 'half'")).toBeUndefined();
  expect(await pendingMigrations(db, "test", [numbers, broken])).toEqual([broken]);
});

test("a database of a newer version, or with a changed migration, is refused with the fix", async () => {
  const db = open();
  await migrate(
    db,
    "test",
    [numbers, { id: 2, name: "later", sql: "CREATE TABLE later (n INTEGER);" }],
    clock,
  );
  await expect(migrate(db, "test", [numbers], clock)).rejects.toThrow(/newer version .*: run that version/);
  const changed = [{ ...numbers, sql: `${numbers.sql} -- changed` }];
  await expect(migrate(db, "test", changed, clock)).rejects.toThrow(ConfigurationError);
});

test.each([
  [
    "a file that is not a database",
    () => writeFileSync(join(folder, "bad"), "no database at all, just text".repeat(50)),
    "bad",
  ],
  ["a folder in the way", () => undefined, "."],
  ["a file in the way of its folder", () => writeFileSync(join(folder, "file"), ""), "file/app.db"],
])("%s is refused with one sentence", (_, prepare, name) => {
  prepare();
  let problem: unknown;
  try {
    open(join(folder, name));
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(ConfigurationError);
  expect((problem as Error).message).toMatch(/^[^\n]+: [^\n]+\.$/);
});

test.runIf(process.platform !== "win32")(
  "only its owner can use a new database and the files beside it",
  async () => {
    const db = open();
    await migrate(db, "test", [numbers], clock);
    for (const name of ["app.db", "app.db-wal", "app.db-shm"]) {
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  },
);

test.runIf(process.platform === "linux")("a file system that makes no folders is refused quickly", () => {
  expect(() => open("/proc/latchkey/app.db")).toThrow(ConfigurationError);
});

test("[TH-12] writes queued behind another program's lock are refused together, after one limit", async () => {
  const db = open();
  await db.run("CREATE TABLE numbers (n INTEGER)");
  const other = new DatabaseSync(join(folder, "app.db"));
  other.exec("BEGIN IMMEDIATE");
  const time = vi.spyOn(performance, "now").mockReturnValue(0);
  const writes = Array.from({ length: 20 }, (_, n) =>
    n % 2
      ? db.run("INSERT INTO numbers (n) VALUES ($1)", n)
      : db.transaction((tx) => tx.run("INSERT INTO numbers (n) VALUES ($1)", n)),
  );
  time.mockReturnValue(5_001);
  const settled = await Promise.allSettled(writes);
  time.mockRestore();
  other.exec("ROLLBACK");
  other.close();
  for (const each of settled) expect(each).toMatchObject({ reason: { code: "unavailable" } });
  expect(await db.run("INSERT INTO numbers (n) VALUES ($1)", 1)).toBe(1);
});

test("[TH-12] a closed connection refuses every call", async () => {
  const db = open();
  await db.run("CREATE TABLE numbers (n INTEGER)");
  await db.close();
  const unavailable = expect.objectContaining({ code: "unavailable", retryAfterSeconds: 5 });
  await expect(db.one("SELECT n FROM numbers")).rejects.toEqual(unavailable);
  await expect(db.all("SELECT n FROM numbers")).rejects.toEqual(unavailable);
  await expect(db.run("DELETE FROM numbers")).rejects.toEqual(unavailable);
  await expect(db.returning("DELETE FROM numbers RETURNING n")).rejects.toEqual(unavailable);
  for (const durability of ["full", "relaxed"] as const) {
    const writing = db.transaction((tx) => tx.run("DELETE FROM numbers"), { durability });
    await expect(writing).rejects.toEqual(unavailable);
  }
  expect(() => db.oneNow("SELECT n FROM numbers")).toThrow(unavailable);
  expect(() => db.foreignWrites()).toThrow(unavailable);
});
