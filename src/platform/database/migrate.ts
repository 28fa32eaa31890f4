import { digest } from "../crypto/index.ts";
import { ConfigurationError } from "../errors/index.ts";
import type { Clock } from "../time/index.ts";
import type { Database, Queries, Transaction } from "./database.ts";

/** One numbered step of a schema. Applied once, in its own transaction; its text may never change afterwards. */
export interface Migration {
  id: number;
  name: string;
  /** Statements separated by `;` at the end of a line. */
  sql: string;
}

/** A migration that was applied. */
export interface AppliedMigration {
  scope: string;
  id: number;
  name: string;
}

const createTable = `CREATE TABLE IF NOT EXISTS migrations (
  scope TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL,
  PRIMARY KEY (scope, id))`;

interface MigrationRow {
  id: number;
  name: string;
  checksum: string;
}

function checksum(migration: Migration): string {
  return digest(migration.sql).toString("hex");
}

/** The statements of a migration, in order. */
export function statementsOf(migration: Migration): string[] {
  return migration.sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

function refuse(db: Database, scope: string, migrations: Migration[], applied: MigrationRow[]): void {
  const known = new Map(migrations.map((migration) => [migration.id, migration]));
  for (const row of applied) {
    const migration = known.get(row.id);
    if (migration === undefined) {
      throw new ConfigurationError(
        `The database ${db.place} was made by a newer version (${scope} migration ${row.id}, "${row.name}"): ` +
          "run that version or newer, or restore a backup from before the upgrade.",
      );
    }
    if (checksum(migration) !== row.checksum) {
      throw new ConfigurationError(
        `Migration ${row.id} ("${row.name}", ${scope}) of the database ${db.place} differs from this version's: ` +
          "the database was migrated by a modified copy; restore a backup or use that copy.",
      );
    }
  }
}

/** The migrations that remain. */
async function missing(
  queries: Queries,
  db: Database,
  scope: string,
  migrations: Migration[],
): Promise<Migration[]> {
  const applied = await queries.all<MigrationRow>(
    "SELECT id, name, checksum FROM migrations WHERE scope = $1 ORDER BY id",
    scope,
  );
  refuse(db, scope, migrations, applied);
  const done = new Set(applied.map(({ id }) => id));
  return migrations.filter(({ id }) => !done.has(id));
}

async function applyNext(
  tx: Transaction,
  db: Database,
  scope: string,
  migrations: Migration[],
  clock: Clock,
) {
  const [next] = await missing(tx, db, scope, migrations);
  if (next === undefined) return null;
  for (const statement of statementsOf(next)) await tx.run(statement);
  await tx.run(
    "INSERT INTO migrations (scope, id, name, checksum, applied_at) VALUES ($1, $2, $3, $4, $5)",
    scope,
    next.id,
    next.name,
    checksum(next),
    clock.now(),
  );
  return next;
}

/**
 * Brings a schema up to date and returns the applied migrations. Each runs in a transaction that first checks again
 * what is done. So two processes may start at once. Throws a `ConfigurationError` for a database of a newer version or
 * with changed migrations.
 *
 * @example
 * await auth.ready();
 * const first = { id: 1, name: "notes", sql: "CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT NOT NULL)" };
 * await migrate(auth.database, "app", [first], auth.clock);
 */
export async function migrate(
  db: Database,
  scope: string,
  migrations: Migration[],
  clock: Clock,
): Promise<AppliedMigration[]> {
  const applied: AppliedMigration[] = [];
  await db.transaction((tx) => tx.run(createTable));
  for (;;) {
    const next = await db.transaction((tx) => applyNext(tx, db, scope, migrations, clock));
    if (next === null) return applied;
    applied.push({ scope, id: next.id, name: next.name });
  }
}

/** The migrations that `migrate` would apply now. Only reads. */
export async function pendingMigrations(
  db: Database,
  scope: string,
  migrations: Migration[],
): Promise<Migration[]> {
  const table = await db.one("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'");
  if (table === undefined) return migrations;
  return missing(db, db, scope, migrations);
}
