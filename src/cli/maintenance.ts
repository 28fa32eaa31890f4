import { readEnvironment } from "../adapters/environment.ts";
import { schemaOf } from "../core/feature/index.ts";
import { features } from "../features.ts";
import { migrate, openSqlite } from "../platform/database/index.ts";
import { systemClock } from "../platform/time/index.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { commandVariables } from "./open-auth.ts";
import { counted } from "./text.ts";

/** `migrate`: applies the library's migrations and prints them. */
export async function migrateDatabase({ variables }: CommandContext): Promise<CommandResult> {
  const { database } = readEnvironment(commandVariables(variables));
  const db = openSqlite(database.replace(/^sqlite:/, ""));
  try {
    const applied = [];
    for (const { scope, migrations } of schemaOf(features))
      applied.push(...(await migrate(db, scope, [...migrations], systemClock)));
    const names = applied.map(({ id, name }) => `${id} ${name}`).join(", ");
    const text =
      applied.length === 0
        ? `${db.place} is up to date.`
        : `${db.place}: ${counted(applied.length, "migration")} applied (${names}).`;
    return { text, json: { database: db.place, applied: applied.map(({ id, name }) => ({ id, name })) } };
  } finally {
    await db.close();
  }
}

/** `cleanup`: deletes expired rows. */
// Row SU-11.
export async function cleanUpDatabase(context: CommandContext): Promise<CommandResult> {
  const deleted = await (await context.auth()).cleanUp();
  return { text: `${counted(deleted, "row")} deleted.`, json: { deleted } };
}
