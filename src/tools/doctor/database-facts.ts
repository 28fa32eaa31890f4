import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { optionsFromEnvironment } from "../../adapters/environment.ts";
import { coreOf } from "../../assemble.ts";
import { type Auth, createAuth } from "../../auth.ts";
import { unwrap } from "../../core/operations/index.ts";
import { migrations } from "../../core/schema/index.ts";
import { randomToken } from "../../platform/crypto/index.ts";
import { type Database, openSqlite, pendingMigrations } from "../../platform/database/index.ts";
import { ConfigurationError, LatchkeyError } from "../../platform/errors/index.ts";
import { silentLogger } from "../../platform/log/index.ts";
import { keyProblemUnquoted } from "./configuration.ts";
import { countEvents, countOutbox, makeProbe, newestEvent } from "./queries.ts";
import { isUnknown, type Setup } from "./setup.ts";

export interface FileFacts {
  path: string;
  kind: "folder" | "database" | "key";
  /** The permission bits, and the sticky one. */
  mode: number;
}

export interface OpenedDatabase {
  /** Why it can't be written; null if it can. */
  writeProblem: string | null;
  /** The missing migrations, or a sentence that says why this version can't use it. */
  schema: { missing: string[] } | { refused: string };
  outbox: { waiting: number; failed: number; oldest: number | null } | null;
  newestEvent: { time: number } | null;
  /** A sentence about the first changed row; null without one; undefined if the audit wasn't checked. */
  auditFault: string | null | undefined;
}

export interface DatabaseFacts {
  now: number;
  production: boolean;
  /** A path, or `:memory:`. */
  place: string;
  /** False if the file is missing. Then nothing was opened, because opening creates it. */
  exists: boolean;
  /** Why it can't be opened, or what is inside. */
  state: { refused: string } | OpenedDatabase | null;
  /** Empty if the file isn't the library's database: the doctor doesn't judge other files. */
  files: FileFacts[];
  /** Whether the folder holds nothing else, so that it can be closed to other users. */
  folderOfItsOwn: boolean;
  /** Free bytes for this user; null if unknown. */
  freeBytes: number | null;
  /** What is wrong with the key that development keeps; null if it is good or missing. */
  keptKeyProblem: string | null;
}

/** The doctor checks about this many in a second. */
const MOST_AUDIT_ROWS = 100_000;

/** Rolls the probe's change back. */
class TakenBack extends Error {}

async function writeProblem(db: Database): Promise<string | null> {
  try {
    await db.transaction(async (tx) => {
      await makeProbe(tx);
      throw new TakenBack();
    });
  } catch (error) {
    if (error instanceof TakenBack) return null;
    return error instanceof LatchkeyError ? error.message : (error as Error).name;
  }
  return null;
}

async function schemaOf(db: Database): Promise<OpenedDatabase["schema"]> {
  try {
    const missing = await pendingMigrations(db, "latchkey", migrations);
    return { missing: missing.map(({ id, name }) => `${id} ${name}`) };
  } catch (error) {
    if (error instanceof ConfigurationError) return { refused: error.message };
    throw error;
  }
}

/** The library over the configured database. Its outbox is stopped: the doctor sends no mail. */
async function openLibrary({ environment }: Setup): Promise<Auth> {
  const auth = createAuth({
    ...optionsFromEnvironment(environment),
    // The library needs a key to open. Nothing is signed with it here.
    secretKeys: [randomToken()],
    logger: silentLogger,
  }) as unknown as Auth;
  // Before the first await: the outbox would begin as soon as the database is migrated.
  const { outbox, sealer } = coreOf(auth);
  const stopped = Promise.all([outbox.stop(), sealer.stop()]);
  try {
    await Promise.all([stopped, auth.ready()]);
  } catch (error) {
    await auth.close().catch(() => undefined);
    throw error;
  }
  return auth;
}

/** Checks the chain of the audit if that takes only a moment. */
async function auditFault(db: Database, setup: Setup): Promise<string | null | undefined> {
  if (((await countEvents(db, MOST_AUDIT_ROWS + 1))?.count ?? 0) > MOST_AUDIT_ROWS) return undefined;
  const auth = await openLibrary(setup);
  try {
    return (await unwrap(auth.audit.verify())).fault?.sentence ?? null;
  } finally {
    await auth.close();
  }
}

/** Whether no migration is missing. */
export const isCurrent = (schema: OpenedDatabase["schema"]): boolean =>
  "missing" in schema && schema.missing.length === 0;

async function lookInside(db: Database, setup: Setup): Promise<OpenedDatabase> {
  const schema = await schemaOf(db);
  const current = isCurrent(schema);
  const newest = current ? ((await newestEvent(db)) ?? null) : null;
  return {
    writeProblem: await writeProblem(db),
    schema,
    outbox: current ? ((await countOutbox(db)) ?? null) : null,
    newestEvent: newest,
    auditFault: newest === null ? undefined : await auditFault(db, setup),
  };
}

function filesOf(place: string): FileFacts[] {
  const folder = dirname(place);
  const name = basename(place);
  const wanted: [string, FileFacts["kind"]][] = [
    [folder, "folder"],
    ...["", "-wal", "-shm"].map((end): [string, "database"] => [join(folder, name + end), "database"]),
    [join(folder, "secret-key"), "key"],
  ];
  return wanted
    .filter(([path]) => existsSync(path))
    .map(([path, kind]) => ({ path, kind, mode: statSync(path).mode & 0o7777 }));
}

/** Whether the folder is this user's and holds nothing else. A sticky folder, such as /tmp, is shared. */
function isFolderOfItsOwn(place: string): boolean {
  const folder = dirname(place);
  try {
    const { uid, mode } = statSync(folder);
    if (uid !== process.getuid?.() || (mode & 0o1000) !== 0) return false;
    return readdirSync(folder).every((name) => name.startsWith(basename(place)) || name === "secret-key");
  } catch {
    return false;
  }
}

/** Whether any version of the library made its tables there. */
function isOurs(state: DatabaseFacts["state"]): boolean {
  if (state === null || "refused" in state) return false;
  return "refused" in state.schema || state.schema.missing.length < migrations.length;
}

function freeBytesOf(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function keptKeyProblemOf(file: string): string | null {
  if (!existsSync(file)) return null;
  try {
    return keyProblemUnquoted(readFileSync(file, "utf8").trim());
  } catch (error) {
    return `it can't be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** Examines the database and its files. Changes nothing. */
export async function inspectDatabase(setup: Setup, now: number): Promise<DatabaseFacts> {
  const { environment, secretKeys } = setup;
  const { production } = environment;
  const path = environment.database.replace(/^sqlite:/, "");
  const nothing = { exists: false, state: null, files: [], folderOfItsOwn: false, keptKeyProblem: null };
  if (path === ":memory:") return { now, production, place: path, ...nothing, freeBytes: null };
  const place = resolve(path);
  const folder = dirname(place);
  const freeBytes = freeBytesOf(folder);
  if (!existsSync(place)) return { now, production, place, ...nothing, freeBytes };
  // Before the database is opened, since that creates more files.
  const files = filesOf(place);
  let state: DatabaseFacts["state"];
  try {
    const db = openSqlite(place);
    try {
      state = await lookInside(db, setup);
    } finally {
      await db.close();
    }
  } catch (error) {
    if (!(error instanceof ConfigurationError || error instanceof LatchkeyError)) throw error;
    state = { refused: error.message };
  }
  const facts = { now, production, place, ...nothing, exists: true, state, freeBytes };
  if (!isOurs(state)) return facts;
  // Production keeps no key.
  const keepsKey = secretKeys.length === 0 && !isUnknown(setup, "SECRET_KEYS");
  return {
    ...facts,
    files,
    folderOfItsOwn: isFolderOfItsOwn(place),
    keptKeyProblem: keepsKey ? keptKeyProblemOf(join(folder, "secret-key")) : null,
  };
}
