import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Pepper, pepperFrom } from "./core/passwords/index.ts";
import type { Settings } from "./core/settings.ts";
import { keyName, keyProblem, randomToken } from "./platform/crypto/index.ts";
import { ConfigurationError } from "./platform/errors/index.ts";
import type { Logger } from "./platform/log/index.ts";

interface Surroundings {
  settings: Settings;
  database: string;
  log: Logger;
}

/** Throws a `ConfigurationError` for a key that others know or can guess (row KY-01). */
function refuseWeakKeys(secrets: readonly string[], what: string): void {
  secrets.forEach((secret, index) => {
    const problem = keyProblem(secret);
    if (problem === null) return;
    throw new ConfigurationError(
      `${what} ${index + 1} of ${secrets.length} can't be used: ${problem}. Make one with "npx latchkey keys generate".`,
    );
  });
}

/** The peppers in use, newest first. Throws a `ConfigurationError` for one that others know or can guess. */
export function readPeppers(secrets: readonly string[] = []): Pepper[] {
  refuseWeakKeys(secrets, "Pepper");
  return secrets.map(pepperFrom);
}

/** A key made once and kept beside the database, for development on localhost. */
function keptKey(database: string, log: Logger): string {
  const path = database.replace(/^sqlite:/, "");
  if (path === ":memory:") return randomToken();
  const file = join(dirname(path), "secret-key");
  try {
    return readKeptKey(file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw unreadable(file, error);
  }
  const key = randomToken();
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // "wx": of two processes that start at once, one makes the key and the other reads it.
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: "wx" });
    chmodSync(file, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return readKeptKey(file);
    throw unreadable(file, error);
  }
  log.info({ key: keyName(key) }, "a secret key for development was made and kept beside the database");
  return key;
}

/** Throws a `ConfigurationError` for an emptied or cut file: anyone could sign with such a key. */
function readKeptKey(file: string): string {
  const key = readFileSync(file, "utf8").trim();
  const problem = keyProblem(key);
  if (problem === null) return key;
  throw new ConfigurationError(
    `The secret key file ${file} can't be used: ${problem}. Delete it; a new one is made.`,
  );
}

function unreadable(file: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    `The secret key file ${file} can't be read or written: give this user the right, or set secret keys.`,
    { cause },
  );
}

/** The configured secrets, or on a localhost origin the kept one. Throws a `ConfigurationError`. */
export function readSecretKeys(
  given: readonly string[] | undefined,
  { settings, database, log }: Surroundings,
): string[] {
  const secrets = given?.filter((secret) => secret !== "") ?? [];
  if (settings.https) {
    if (secrets.length === 0) {
      throw new ConfigurationError(
        'Secret keys are required on an https origin: make one with "npx latchkey keys generate".',
      );
    }
    refuseWeakKeys(secrets, "Secret key");
    return secrets;
  }
  if (secrets.length === 0) return [keptKey(database, log)];
  return secrets;
}
