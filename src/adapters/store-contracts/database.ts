import { deepEqual, equal, rejects } from "node:assert/strict";
import { type Database, UniqueViolation } from "../../platform/database/index.ts";
import { type ContractRunner, testsOf, unavailable } from "./contract.ts";

/** How the contract opens the database that it tests. */
export interface DatabaseContract {
  /** Opens an empty database. Each test has a separate one and closes it. */
  open(): Database | Promise<Database>;
}

const insert = "INSERT INTO numbers (n, word) VALUES ($1, $2)";
const list = "SELECT n FROM numbers ORDER BY n";

interface Row {
  n: number;
  word: string | null;
}

async function numbersIn(db: Pick<Database, "all">): Promise<number[]> {
  return (await db.all<Row>(list)).map(({ n }) => n);
}

/**
 * Tests that a `Database` keeps the promises of its port.
 *
 * @example
 * databaseContract({ open: () => openMyDatabase("test") }, { test });
 */
export function databaseContract({ open }: DatabaseContract, runner: ContractRunner): void {
  const test = testsOf<Database>(
    runner,
    async () => {
      const db = await open();
      await db.run("CREATE TABLE numbers (n INTEGER PRIMARY KEY, word TEXT UNIQUE, at BIGINT, bytes BYTEA)");
      return db;
    },
    (db) => db.close(),
  );

  test("placeholders go by their number, in any order and more than once", async (db) => {
    equal(await db.run("INSERT INTO numbers (word, n) VALUES ($2, $1)", 1, "one"), 1);
    const row = await db.one<Row>("SELECT n, word FROM numbers WHERE n = $1 OR n = $1 + 0", 1);
    deepEqual([row?.n, row?.word], [1, "one"]);
    equal(await db.one("SELECT n FROM numbers WHERE n = $1", 7), undefined);
  });

  test("text, times, bytes and null are read as they were written", async (db) => {
    const at = Date.UTC(2026, 0, 1);
    const bytes = Uint8Array.from([0, 127, 128, 255]);
    await db.run("INSERT INTO numbers (n, word, at, bytes) VALUES (1, $1, $2, $3)", "ß 🫖", at, bytes);
    await db.run("INSERT INTO numbers (n, word, at, bytes) VALUES (2, $1, $1, $2)", null, null);
    const rows = await db.all<{ word: unknown; at: unknown; bytes: Uint8Array | null }>(
      "SELECT word, at, bytes FROM numbers ORDER BY n",
    );
    deepEqual(
      rows.map((row) => [row.word, row.at, row.bytes && Uint8Array.from(row.bytes)]),
      [
        ["ß 🫖", at, bytes],
        [null, null, null],
      ],
    );
  });

  test("run and returning write, however the statement begins", async (db) => {
    equal(
      await db.run("WITH more AS (SELECT 1 AS n) INSERT INTO numbers (n, word) SELECT n, 'one' FROM more"),
      1,
    );
    const rows = await db.returning<Row>("UPDATE numbers SET word = $1 RETURNING n, word", "eins");
    deepEqual(
      rows.map(({ n, word }) => [n, word]),
      [[1, "eins"]],
    );
    deepEqual(await db.returning("UPDATE numbers SET word = 'x' WHERE n = 7 RETURNING n"), []);
  });

  test("one and all refuse a writing statement, which changes no row", async (db) => {
    for (const method of ["one", "all"] as const) {
      await rejects(db[method]("INSERT INTO numbers (n) VALUES (1) RETURNING n"), TypeError);
      await rejects(
        db[method](
          "WITH more AS (SELECT 2 AS n) INSERT INTO numbers (n) SELECT n FROM more WHERE n > $1 RETURNING n",
          0,
        ),
        TypeError,
      );
      await rejects(db[method]("DELETE FROM numbers"), TypeError);
    }
    deepEqual(await numbersIn(db), []);
  });

  test("[SU-04] a taken unique value is reported with its column", async (db) => {
    await db.run(insert, 1, "one");
    const taken = { name: UniqueViolation.name, columns: ["numbers.word"] };
    await rejects(db.run(insert, 2, "one"), taken);
    await rejects(db.returning(`${insert} RETURNING n`, 2, "one"), taken);
    await rejects(
      db.transaction((tx) => tx.run(insert, 2, "one")),
      taken,
    );
    deepEqual(await numbersIn(db), [1]);
  });

  test("a transaction sees its own writes; other readers see all of them or none", async (db) => {
    const { promise: paused, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: half, resolve: isHalf } = Promise.withResolvers<void>();
    const transaction = db.transaction(async (tx) => {
      await tx.run(insert, 1, "one");
      isHalf();
      await paused;
      await tx.run(insert, 2, "two");
      return numbersIn(tx);
    });
    await half;
    const during = numbersIn(db);
    goOn();
    deepEqual(await transaction, [1, 2]);
    equal((await during).length % 2, 0);
    deepEqual(await numbersIn(db), [1, 2]);
  });

  test("[IN-09] a transaction that throws changes nothing, and its actions are dropped", async (db) => {
    const actions: string[] = [];
    const broken = db.transaction(async (tx) => {
      tx.afterCommit(() => actions.push("broken"));
      await tx.run(insert, 1, "one");
      throw new Error("half-way");
    });
    await rejects(broken, /half-way/);
    deepEqual(await numbersIn(db), []);
    await db.transaction(async (tx) => {
      tx.afterCommit(() => actions.push("first"));
      tx.afterCommit(() => actions.push("second"));
      await tx.run(insert, 2, "two");
      deepEqual(actions, []);
    });
    deepEqual(actions, ["first", "second"]);
    deepEqual(await numbersIn(db), [2]);
  });

  test("if two transactions need each other's row, one sees what the other did", async (db) => {
    await db.run(insert, 1, "first");
    await db.run(insert, 2, "second");
    /** Leaves only if another one remains, like the last administrator. */
    const leave = (n: number) =>
      db.transaction(async (tx) => {
        const there = await numbersIn(tx);
        await new Promise(setImmediate);
        return there.length > 1 ? tx.run("DELETE FROM numbers WHERE n = $1", n) : 0;
      });
    const left = await Promise.all([leave(1), leave(2)]);
    equal(left[0] + left[1], 1);
    equal((await numbersIn(db)).length, 1);
  });

  test("parallel transactions that read and write one row lose no change, and act once each", async (db) => {
    await db.run("INSERT INTO numbers (n, at) VALUES (1, 0)");
    let acted = 0;
    const results = await Promise.all(
      Array.from({ length: 12 }, () =>
        db.transaction(async (tx) => {
          tx.afterCommit(() => {
            acted += 1;
          });
          const row = await tx.one<{ at: number }>("SELECT at FROM numbers WHERE n = 1");
          const next = (row?.at ?? 0) + 1;
          await tx.run("UPDATE numbers SET at = $1 WHERE n = 1", next);
          return next;
        }),
      ),
    );
    deepEqual(
      results.toSorted((a, b) => a - b),
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    equal(acted, 12);
  });

  test("[LG-05] a write to the database inside its own transaction is refused and doesn't block", async (db) => {
    let afterwards: Promise<number> | undefined;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    await db.transaction(async (tx) => {
      await tx.run(insert, 1, "one");
      afterwards = over.then(() => db.run(insert, 2, "two"));
      await rejects(db.run(insert, 3, "three"), TypeError);
      await rejects(db.returning(`${insert} RETURNING n`, 3, "three"), TypeError);
      await rejects(
        db.transaction((other) => other.run(insert, 4, "four")),
        TypeError,
      );
    });
    resolve();
    equal(await afterwards, 1);
    deepEqual(await numbersIn(db), [1, 2]);
  });

  test("a relaxed transaction is visible once it has resolved", async (db) => {
    await db.transaction((tx) => tx.run(insert, 1, "one"), { durability: "relaxed" });
    deepEqual(await numbersIn(db), [1]);
  });

  test("[TH-12] a closed database refuses every call", async (db) => {
    await db.close();
    await rejects(db.one(list), unavailable);
    await rejects(db.all(list), unavailable);
    await rejects(db.run("DELETE FROM numbers"), unavailable);
    await rejects(db.returning("DELETE FROM numbers RETURNING n"), unavailable);
    await rejects(
      db.transaction((tx) => tx.run("DELETE FROM numbers")),
      unavailable,
    );
    await db.close();
  });
}
