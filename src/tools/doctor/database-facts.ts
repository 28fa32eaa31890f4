import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { openAuth } from "../../cli/open-auth.ts";
import { randomToken } from "../../platform/crypto/index.ts";
import { type Database, migrations, openSqlite, pendingMigrations } from "../../platform/database/index.ts";
import { ConfigurationError, LatchkeyError } from "../../platform/errors/index.ts";
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
  /** Why it can't be written, or null. */
  writeProblem: string | null;
  /** Migrations that are missing, or the sentence why this version can't use it. */
  schema: { missing: string[] } | { refused: string };
  outbox: { waiting: number; failed: number; oldest: number | null } | null;
  newestEvent: { time: number } | null;
  /** The sentence about the first row that isn't as it was written; null without one; undefined: not looked at. */
  auditFault: string | null | undefined;
}

export interface DatabaseFacts {
  now: number;
  production: boolean;
  /** A path, or `:memory:`. */
  place: string;
  /** False: nothing was opened, since opening would make it. */
  exists: boolean;
  /** Why it can't be opened, or what it is like. */
  state: { refused: string } | OpenedDatabase | null;
  /** Empty where the file isn't the library's database: what is right for others' files nobody knows here. */
  files: FileFacts[];
  /** Whether the folder can be closed to others without taking anything from them but the database. */
  folderOfItsOwn: boolean;
  /** Bytes that are left for this user, or null where that isn't known. */
  freeBytes: number | null;
  /** What is wrong with the key that development keeps, null where it is good or there is none. */
  keptKeyProblem: string | null;
}

/** As many are walked in about a second. */
const MOST_AUDIT_ROWS = 100_000;

/** Takes the probe's change back. */
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

/** Checks the audit if that takes a moment only, and seals nothing. */
async function auditFault(db: Database, { understood }: Setup): Promise<string | null | undefined> {
  if (((await countEvents(db, MOST_AUDIT_ROWS + 1))?.count ?? 0) > MOST_AUDIT_ROWS) return undefined;
  // A key is needed to open the library, and nothing is signed by it here.
  const auth = await openAuth({ ...understood, SECRET_KEYS: randomToken() });
  await auth.core.sealer.stop();
  try {
    return (await auth.audit.verify()).fault?.sentence ?? null;
  } finally {
    await auth.close();
  }
}

async function lookInside(db: Database, setup: Setup): Promise<OpenedDatabase> {
  const schema = await schemaOf(db);
  const current = "missing" in schema && schema.missing.length === 0;
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

/** Whether the folder is this user's and nothing else is in it. In a sticky one, such as /tmp, everybody keeps things. */
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

/** Whether the library ever made its tables there, in whatever version. */
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

/** Looks at the database and its files, and changes nothing. */
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
  // Before it is opened, which makes files of its own.
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
  // Production keeps none.
  const keepsKey = secretKeys.length === 0 && !isUnknown(setup, "SECRET_KEYS");
  return {
    ...facts,
    files,
    folderOfItsOwn: isFolderOfItsOwn(place),
    keptKeyProblem: keepsKey ? keptKeyProblemOf(join(folder, "secret-key")) : null,
  };
}
