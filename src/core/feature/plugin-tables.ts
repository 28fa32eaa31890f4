import { type Migration, statementsOf } from "../../platform/database/index.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";
import type { Feature } from "./feature.ts";

/** `acme-terms` becomes `acme_terms` in names of tables. */
const snakeCase = (name: string) => name.replaceAll("-", "_");

/** A statement without comments, with empty literals and single spaces. */
function bare(sql: string): string {
  const noise = /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
  return sql
    .replace(noise, (found) => (found.startsWith("'") ? "''" : " "))
    .replace(/\s+/g, " ")
    .trim();
}

/** A plain name, without quotes and schema. */
const NAME = "([a-z_][a-z0-9_]*)(?= |\\(|$)";

/** The statements that a plugin's migration may hold. Groups are the names of tables and indexes. */
const forms = [
  `create table (?:if not exists )?${NAME}`,
  `create (?:unique )?index (?:if not exists )?${NAME} on ${NAME}`,
  `alter table ${NAME} rename to ${NAME}`,
  `alter table ${NAME} (?:add|drop|rename) `,
  `drop (?:table|index) (?:if exists )?${NAME}`,
  `insert (?:or [a-z]+ )?into ${NAME}`,
  `update (?:or [a-z]+ )?${NAME}`,
  `delete from ${NAME}`,
].map((form) => new RegExp(`^${form}`, "i"));

/** The tables and indexes that a statement changes; null for a statement of another kind. */
function changedBy(statement: string): string[] | null {
  const text = bare(statement);
  if (text.includes(";")) return null;
  for (const form of forms) {
    const found = form.exec(text);
    if (found !== null) return found.slice(1).map((name) => name.toLowerCase());
  }
  return null;
}

/** The tables and indexes that features made. */
function madeBy(features: readonly Feature[]): Set<string> {
  const making = new RegExp(`\\bcreate (?:table|(?:unique )?index) (?:if not exists )?${NAME}`, "gi");
  const names = features.flatMap(({ migrations = [] }) =>
    migrations.flatMap(({ sql }) =>
      [...bare(sql).matchAll(making)].map(([, name = ""]) => name.toLowerCase()),
    ),
  );
  return new Set(["migrations", ...names]);
}

function refuse(plugin: string, { id, name }: Migration, statement: string): never {
  const prefix = snakeCase(plugin);
  const start = statement.replace(/\s+/g, " ").slice(0, 80);
  throw new ConfigurationError(
    `Migration ${id} ("${name}") of the plugin ${plugin} may only create, alter, drop and fill tables and indexes whose ` +
      `names begin with "${prefix}_" and are no other feature's, so this statement is refused: ${start}`,
  );
}

/**
 * Throws a `ConfigurationError` for a plugin's migration that changes a foreign table or index. Its own begin with the
 * plugin's name, and no other feature has them. Other statements, such as triggers, are refused.
 */
export function checkPluginTables(plugin: Feature, others: readonly Feature[]): void {
  const prefix = snakeCase(plugin.name);
  const begins = (name: string, start: string) => name === start || name.startsWith(`${start}_`);
  const taken = madeBy(others);
  // The tables of "acme-terms" begin with the name of "acme" too.
  const longer = others.map(({ name }) => snakeCase(name)).filter((name) => begins(name, prefix));
  const isOwn = (name: string) =>
    begins(name, prefix) && !taken.has(name) && !longer.some((other) => begins(name, other));
  for (const migration of plugin.migrations ?? []) {
    for (const statement of statementsOf(migration)) {
      const changed = changedBy(statement);
      if (changed === null || !changed.every(isOwn)) refuse(plugin.name, migration, statement);
    }
  }
}
