import type { Queries, Value } from "./database.ts";

/*
 * The furniture of every queries.ts: a statement is a constant with a name, its parameters and its row type.
 *
 *   export const findByKey = one<UserRow, [emailKey: string]>("SELECT … WHERE email_key = $1");
 *   const user = await findByKey(db, "a@example.org");
 */

/** A statement that yields its first row or undefined. */
export function one<Row, Parameters extends Value[]>(sql: string) {
  return (db: Queries, ...parameters: Parameters): Promise<Row | undefined> =>
    db.one<Row>(sql, ...parameters);
}

/** A statement that yields all its rows. */
export function all<Row, Parameters extends Value[]>(sql: string) {
  return (db: Queries, ...parameters: Parameters): Promise<Row[]> => db.all<Row>(sql, ...parameters);
}

/** A statement that changes rows and yields how many. */
export function run<Parameters extends Value[]>(sql: string) {
  return (db: Queries, ...parameters: Parameters): Promise<number> => db.run(sql, ...parameters);
}
