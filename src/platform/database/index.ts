export {
  type Database,
  type DurabilityOptions,
  type Queries,
  type Transaction,
  UniqueViolation,
  type Value,
} from "./database.ts";
export {
  type AppliedMigration,
  type Migration,
  migrate,
  pendingMigrations,
  statementsOf,
} from "./migrate.ts";
export { rowsInPages } from "./pages.ts";
export { openSqlite, type SqliteDatabase, type Write } from "./sqlite.ts";
export { all, one, returningOne, run, type Statement } from "./statements.ts";
