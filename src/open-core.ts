import { createSealer } from "./core/audit/index.ts";
import type { Core } from "./core/core.ts";
import { createSqlCounters } from "./core/counters/index.ts";
import { checkPlugins, type Feature, foldFeatures, wordPartsOf } from "./core/feature/index.ts";
import { createOutbox } from "./core/outbox/index.ts";
import {
  createBreachedPasswordCheck,
  createHashAdmission,
  createPasswordService,
} from "./core/passwords/index.ts";
import { createSessionReader, createSqliteSessionStore } from "./core/sessions/index.ts";
import type { FieldSchema } from "./core/users/index.ts";
import { createWords } from "./core/words/index.ts";
import type { AuthOptions } from "./options.ts";
import { createKeyRing, type KeyRing } from "./platform/crypto/index.ts";
import { type Database, openSqlite, type SqliteDatabase } from "./platform/database/index.ts";
import { ConfigurationError } from "./platform/errors/index.ts";
import { stderrLogger } from "./platform/log/index.ts";
import { noSignals } from "./platform/signals/index.ts";
import { milliseconds, systemClock } from "./platform/time/index.ts";
import { resolveLocales, resolveOptions } from "./resolve-options.ts";
import { readPeppers, readSecretKeys } from "./secret-keys.ts";

/** Only for `latchkey/testing`: weak hashes, mail that stays readable, no timers. */
export interface InternalOptions {
  weakHashes?: boolean;
  keepMail?: boolean;
  /** Only `audit.verify` seals the audit, so that no statement interferes with those of a test. */
  sealsByHand?: boolean;
}

function openDatabase(place: string): SqliteDatabase {
  if (place.startsWith("sqlite:") && place.length > "sqlite:".length)
    return openSqlite(place.slice("sqlite:".length));
  if (/^postgres(ql)?:\/\//.test(place)) {
    throw new ConfigurationError("PostgreSQL is not supported by this version: use sqlite:PATH.");
  }
  throw new ConfigurationError('database must be "sqlite:PATH" or "sqlite::memory:".');
}

function keysOrClose(db: Database, read: () => string[]): KeyRing {
  try {
    return createKeyRing(read());
  } catch (error) {
    void db.close();
    throw error;
  }
}

/**
 * Opens the configured database and assembles the shared mechanisms. The database is open afterwards, but not migrated
 * yet. Throws a `ConfigurationError` with one sentence that says the fix.
 */
export function openCore(
  options: AuthOptions<Record<string, FieldSchema>, Record<string, FieldSchema>>,
  internal: InternalOptions,
  features: readonly Feature[],
): { core: Core; loadWords: () => Promise<void> } {
  const settings = resolveOptions(options, internal, features);
  // Before the database opens: features that claim the same name must not leave one behind.
  const folded = foldFeatures(features, settings);
  const plugins = options.plugins ?? [];
  const own = features.filter((feature) => !plugins.includes(feature));
  checkPlugins(own, plugins);
  const { words, locales, load } = createWords({
    parts: wordPartsOf(features),
    locales: resolveLocales(options.locales),
    overrides: options.messages,
  });
  const clock = options.clock ?? systemClock;
  const log = options.logger ?? stderrLogger();
  const peppers = readPeppers(options.password?.peppers);
  const db = openDatabase(options.database);
  const sessionStore = createSqliteSessionStore({ db, signals: noSignals });
  // After the database: a mistyped path must not leave a key behind.
  const keys = keysOrClose(db, () =>
    readSecretKeys(options.secretKeys, { settings, database: options.database, log }),
  );
  const { sessions: limits } = settings;
  const { concurrency, queueLimit, deadline } = options.hashing ?? {};
  const admission = createHashAdmission({
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(queueLimit === undefined ? {} : { queueLimit }),
    ...(deadline === undefined ? {} : { deadlineMs: milliseconds(deadline, "hashing.deadline") }),
  });
  const { breached } = settings.password;
  const transport = options.mail?.transport;
  const keepMail = internal.keepMail ?? !settings.https;
  if (transport === undefined && !keepMail) {
    log.warn({}, "no mail.transport is configured: mail waits in the outbox until one is");
  }
  const core: Core = {
    db,
    clock,
    keys,
    log,
    settings,
    words,
    locales,
    passwords: createPasswordService({
      ...settings.password,
      peppers,
      siteName: settings.siteName,
      admission,
      breached: breached && createBreachedPasswordCheck(breached, log),
    }),
    hashing: admission,
    sessions: createSessionReader({ store: sessionStore, clock, log, limits }),
    sessionStore,
    counters: createSqlCounters({ db, clock }),
    outbox: createOutbox({ db, clock, keys, log, from: settings.mailFrom, transport, keepMail }),
    features: folded,
    hooks: { before: options.before ?? {}, on: options.on ?? {}, after: options.after ?? {} },
    sealer: createSealer({ db, clock, log, automatic: internal.sealsByHand !== true }),
  };
  return { core, loadWords: load };
}
