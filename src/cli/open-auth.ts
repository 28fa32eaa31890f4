import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { optionsFromEnvironment, readEnvironment } from "../adapters/environment.ts";
import { coreOf } from "../assemble.ts";
import { type Auth, createAuth } from "../auth.ts";
import { randomToken } from "../platform/crypto/index.ts";
import { silentLogger } from "../platform/log/index.ts";
import { type AuthNeeds, Refusal, type Variables } from "./command.ts";

const isSet = (value: string | undefined): boolean => value !== undefined && value.trim() !== "";

/**
 * The environment as commands need it. Existing variables are checked as the application checks them. Variables that
 * only a server needs may be missing, in production too. Commands neither send mail nor sign nor seal, so a throwaway
 * key works. The origin is required if the result contains it, such as a link.
 */
export function commandVariables(variables: Variables, needs: AuthNeeds = {}): Variables {
  const result: Variables = { ...variables };
  if (!isSet(result.SMTP_URL)) result.SMTP_URL = "smtp://localhost";
  if (!isSet(result.SECRET_KEYS) && !isSet(result.SECRET_KEY)) result.SECRET_KEYS = randomToken();
  const production = result.NODE_ENV?.trim() === "production";
  if (!needs.origin && production && !isSet(result.ORIGIN)) result.ORIGIN = "https://origin-not-set.invalid";
  return result;
}

/**
 * Throws a `Refusal` if the database is missing: opening it would silently create an empty one. A database in memory
 * would end with the command.
 */
function refuseWithoutDatabase(database: string, { newDatabase }: AuthNeeds): void {
  const path = database.replace(/^sqlite:/, "");
  if (path === ":memory:") {
    throw new Refusal(
      "DATABASE_URL keeps the database in the application's memory, out of reach of commands: use sqlite:PATH.",
    );
  }
  if (newDatabase || existsSync(path)) return;
  throw new Refusal(
    `No database exists at ${resolve(path)}: correct DATABASE_URL, or make one with "latchkey migrate".`,
  );
}

/**
 * The library for commands: over the configured database, or over `database`. Its outbox doesn't run: the application
 * sends the waiting mail. Without its transport the mail would count as sent. Throws a `ConfigurationError`, and a
 * `Refusal` if the database is missing and must not be created.
 */
export async function openAuth(
  variables: Variables,
  { database, ...needs }: AuthNeeds & { database?: string } = {},
): Promise<Auth> {
  const environment = readEnvironment(commandVariables(variables, needs));
  const options = optionsFromEnvironment(environment);
  if (database === undefined) refuseWithoutDatabase(options.database, needs);
  const auth = createAuth({
    ...options,
    database: database ?? options.database,
    logger: silentLogger,
  }) as unknown as Auth;
  // Before the first await: the outbox would begin as soon as the database is migrated.
  const stopped = coreOf(auth).outbox.stop();
  try {
    await Promise.all([stopped, auth.ready()]);
  } catch (error) {
    await auth.close().catch(() => undefined);
    throw error;
  }
  return auth;
}
