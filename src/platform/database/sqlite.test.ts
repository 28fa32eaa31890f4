import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { migrations } from "../../core/schema/index.ts";
import { ConfigurationError } from "../errors/index.ts";
import { type Database, UniqueViolation } from "./database.ts";
import { migrate, pendingMigrations } from "./migrate.ts";
import { openSqlite } from "./sqlite.ts";

const clock = { now: () => 1_000 };
const numbers = {
  id: 1,
  name: "numbers",
  sql: "CREATE TABLE numbers (n INTEGER PRIMARY KEY, word TEXT UNIQUE) STRICT;",
};

let folder: string;
let opened: Database[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-sqlite-"));
  opened = [];
});

afterEach(async () => {
  for (const db of opened) await db.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(path = join(folder, "app.db")): Database {
  const db = openSqlite(path);
  opened.push(db);
  return db;
}

describe.each(["file", "memory"])("SQLite in a %s", (kind) => {
  const place = () => (kind === "file" ? join(folder, "app.db") : ":memory:");

  test("runs statements with numbered placeholders, in any order and more than once", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    expect(await db.run("INSERT INTO numbers (word, n) VALUES ($2, $1)", 1, "one")).toBe(1);
    expect(await db.one("SELECT n, word FROM numbers WHERE n = $1 OR n = $1 + 0", 1)).toEqual({
      n: 1,
      word: "one",
    });
    expect(await db.one("SELECT n FROM numbers WHERE n = $1", 7)).toBeUndefined();
    expect(db.oneNow("SELECT word FROM numbers WHERE n = $1", 1)).toEqual({ word: "one" });
  });

  test("[LG-05] who uses the database inside its own transaction is told so, instead of halting everybody", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    const insert = "INSERT INTO numbers (n, word) VALUES ($1, $2)";
    let afterwards: Promise<number> | undefined;
    const late = Promise.withResolvers<void>();
    const attempts = await db.transaction(async (tx) => {
      await tx.run(insert, 1, "one");
      afterwards = late.promise.then(() => db.run(insert, 2, "two"));
      return Promise.allSettled([
        db.run(insert, 3, "three"),
        db.transaction((other) => other.run(insert, 4, "four")),
      ]);
    });
    expect(attempts.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(attempts.every((each) => each.status === "rejected" && each.reason instanceof TypeError)).toBe(
      true,
    );
    late.resolve();
    expect(await afterwards).toBe(1);
    expect(await db.all("SELECT n FROM numbers ORDER BY n")).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("[IN-09] a transaction that throws half-way leaves everything as it was, and calls nobody", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    let called = false;
    const broken = db.transaction(async (tx) => {
      tx.afterCommit(() => {
        called = true;
      });
      await tx.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
      throw new Error("half-way");
    });
    await expect(broken).rejects.toThrow("half-way");
    expect(await db.all("SELECT n FROM numbers")).toEqual([]);
    expect(called).toBe(false);
    await db.transaction((tx) => tx.run("INSERT INTO numbers (n, word) VALUES (2, 'two')"));
    expect(await db.all("SELECT n FROM numbers")).toEqual([{ n: 2 }]);
  });

  test("statements started during a transaction wait for it and see all or nothing of it", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    let step: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => {
      step = resolve;
    });
    const transaction = db.transaction(async (tx) => {
      await tx.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
      await paused;
      await tx.run("INSERT INTO numbers (n, word) VALUES (2, 'two')");
    });
    await new Promise(setImmediate);
    const during = db.all("SELECT n FROM numbers");
    const write = db.run("INSERT INTO numbers (n, word) VALUES (3, 'three')");
    if (kind === "memory") expect(db.oneNow("SELECT n FROM numbers")).toBeNull();
    else expect(db.oneNow("SELECT n FROM numbers")).toBeUndefined();
    step();
    await transaction;
    expect([0, 2]).toContain((await during).length);
    await write;
    expect(await db.all("SELECT n FROM numbers ORDER BY n")).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test("[SU-04] a taken unique value is told with its column", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    await db.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
    const again = db.run("INSERT INTO numbers (n, word) VALUES (2, 'one')");
    await expect(again).rejects.toThrow(UniqueViolation);
    await expect(again).rejects.toMatchObject({ columns: ["numbers.word"] });
  });

  test("tells listeners which table was written, after the commit at the latest", async () => {
    const db = open(place());
    await migrate(db, "test", [numbers], clock);
    const heard: string[] = [];
    db.onWrite((table) => heard.push(table));
    await db.run("INSERT INTO numbers (n, word) VALUES (1, 'one')");
    expect(heard).toEqual(["numbers"]);
    await db.transaction((tx) => tx.run("UPDATE numbers SET word = 'eins'"));
    expect(heard.length).toBeGreaterThanOrEqual(3);
    await db.all("SELECT * FROM numbers");
    expect(new Set(heard)).toEqual(new Set(["numbers"]));
  });
});

test("another connection's write changes the number of foreign writes; an own one does not", async () => {
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

test("a migration that fails leaves nothing of itself", async () => {
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

test("a database of a newer version, or with a changed migration, is refused with the way out", async () => {
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
    "a file that is no database",
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
  "a new database is its owner's only, its companions too",
  async () => {
    const db = open();
    await migrate(db, "test", [numbers], clock);
    for (const name of ["app.db", "app.db-wal", "app.db-shm"]) {
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  },
);

test.runIf(process.platform === "linux")("a file system that makes no folders is refused, and soon", () => {
  expect(() => open("/proc/latchkey/app.db")).toThrow(ConfigurationError);
});

test("[TH-12] a line of writes behind another program's lock is refused together, after one limit", async () => {
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

test("[TH-12] a connection that was closed is a store that can't serve, whoever asks it", async () => {
  const db = open();
  await db.run("CREATE TABLE numbers (n INTEGER)");
  await db.close();
  const unavailable = expect.objectContaining({ code: "unavailable", retryAfterSeconds: 5 });
  await expect(db.one("SELECT n FROM numbers")).rejects.toEqual(unavailable);
  await expect(db.all("SELECT n FROM numbers")).rejects.toEqual(unavailable);
  await expect(db.run("DELETE FROM numbers")).rejects.toEqual(unavailable);
  for (const durability of ["full", "relaxed"] as const) {
    const writing = db.transaction((tx) => tx.run("DELETE FROM numbers"), { durability });
    await expect(writing).rejects.toEqual(unavailable);
  }
  expect(() => db.oneNow("SELECT n FROM numbers")).toThrow(unavailable);
  expect(() => db.foreignWrites()).toThrow(unavailable);
});
