import type { Queries, Value } from "./database.ts";

/*
 * The parts of every queries.ts: a statement is a constant with a name, its parameters and its row type.
 *
 *   export const findByKey = one<UserRow, [emailKey: string]>("SELECT … WHERE email_key = $1");
 *   const user = await findByKey(db, "a@example.org");
 */

/** A statement with its text. */
export interface Statement<Parameters extends Value[], Result> {
  (db: Queries, ...parameters: Parameters): Promise<Result>;
  readonly sql: string;
}

function statement<Parameters extends Value[], Result>(
  sql: string,
  execute: (db: Queries, ...parameters: Parameters) => Promise<Result>,
): Statement<Parameters, Result> {
  return Object.assign(execute, { sql });
}

/**
 * A statement that reads its first row, or undefined.
 *
 * @example
 * const findNote = one<{ text: string }, [id: string]>("SELECT text FROM acme_notes WHERE id = $1");
 * const note = await findNote(core.db, id);
 */
export function one<Row, Parameters extends Value[]>(sql: string): Statement<Parameters, Row | undefined> {
  return statement(sql, (db, ...parameters) => db.one<Row>(sql, ...parameters));
}

/**
 * A statement that reads all its rows.
 *
 * @example
 * const listNotes = all<{ text: string }, [userId: string]>("SELECT text FROM acme_notes WHERE user_id = $1");
 */
export function all<Row, Parameters extends Value[]>(sql: string): Statement<Parameters, Row[]> {
  return statement(sql, (db, ...parameters) => db.all<Row>(sql, ...parameters));
}

/**
 * A statement that changes rows and returns how many.
 *
 * @example
 * const deleteNote = run<[id: string]>("DELETE FROM acme_notes WHERE id = $1");
 * const deleted = await deleteNote(tx, id);
 */
export function run<Parameters extends Value[]>(sql: string): Statement<Parameters, number> {
  return statement(sql, (db, ...parameters) => db.run(sql, ...parameters));
}

/**
 * A statement that changes rows and returns what its `RETURNING` names of the first, or undefined.
 *
 * @example
 * const takeNote = returningOne<{ text: string }, [id: string]>(
 *   "DELETE FROM acme_notes WHERE id = $1 RETURNING text",
 * );
 */
export function returningOne<Row, Parameters extends Value[]>(
  sql: string,
): Statement<Parameters, Row | undefined> {
  return statement(sql, async (db, ...parameters) => (await db.returning<Row>(sql, ...parameters))[0]);
}
