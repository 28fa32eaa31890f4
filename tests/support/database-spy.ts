import type { Database } from "latchkey";
import { vi } from "vitest";
import type { SqliteDatabase } from "../../src/platform/database/index.ts";

/** The durability of a transaction that begins. */
type Durability = "full" | "relaxed";

/** Gets a statement before it runs. If it throws, the statement fails. */
export type StatementListener = (sql: string, durability?: Durability) => void;

/**
 * Listens to every statement of a database, inside transactions and outside. Beginnings and ends of transactions are
 * `BEGIN` (with the durability), `COMMIT` and `ROLLBACK`. Returns the function that stops it.
 */
export function spyOnStatements(database: Database, heard: StatementListener): () => void {
  const sqlite = database as SqliteDatabase;
  const { one, all, run, returning, oneNow, transaction } = sqlite;
  const spies = [
    vi.spyOn(database, "one").mockImplementation(async (sql, ...values) => {
      heard(sql);
      return one(sql, ...values) as never;
    }),
    vi.spyOn(database, "all").mockImplementation(async (sql, ...values) => {
      heard(sql);
      return all(sql, ...values) as never;
    }),
    vi.spyOn(database, "run").mockImplementation(async (sql, ...values) => {
      heard(sql);
      return run(sql, ...values);
    }),
    vi.spyOn(database, "returning").mockImplementation(async (sql, ...values) => {
      heard(sql);
      return returning(sql, ...values) as never;
    }),
    // The reads of the session store.
    vi.spyOn(sqlite, "oneNow").mockImplementation((sql, ...values) => {
      heard(sql);
      return oneNow(sql, ...values) as never;
    }),
    vi.spyOn(database, "transaction").mockImplementation(async (work, options) => {
      let committed = false;
      heard("BEGIN", options?.durability ?? "full");
      try {
        const result = await transaction(async (tx) => {
          return work({
            ...tx,
            one: async (sql, ...values) => {
              heard(sql);
              return tx.one(sql, ...values) as never;
            },
            all: async (sql, ...values) => {
              heard(sql);
              return tx.all(sql, ...values) as never;
            },
            run: async (sql, ...values) => {
              heard(sql);
              return tx.run(sql, ...values);
            },
            returning: async (sql, ...values) => {
              heard(sql);
              return tx.returning(sql, ...values) as never;
            },
          });
        }, options);
        committed = true;
        return result as never;
      } finally {
        heard(committed ? "COMMIT" : "ROLLBACK");
      }
    }),
  ];
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}
