export {
  type Database,
  type Queries,
  type Transaction,
  UniqueViolation,
  type Value,
} from "./database.ts";
export { type Migration, migrate, pendingMigrations } from "./migrate.ts";
export { openSqlite } from "./sqlite.ts";
export { all, one, run } from "./statements.ts";
