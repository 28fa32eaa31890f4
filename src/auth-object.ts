import type { AdapterAuth, AnyRequest, ConnectionInfo } from "./adapter-auth.ts";
import type { AuthRoute, AuthSettings } from "./auth-settings.ts";
import type { RoleGrants } from "./core/access/index.ts";
import type { Logger } from "./core/core.ts";
import type { ScriptContext, ScriptFacts } from "./core/operations/index.ts";
import type { KeptMail } from "./core/outbox/index.ts";
import type { Page, RequestAuth } from "./core/requests/index.ts";
import type { FieldSchema, FieldValues } from "./core/users/index.ts";
import type { Messages } from "./core/words/index.ts";
import type { Database } from "./platform/database/index.ts";
import type { Clock } from "./platform/time/index.ts";
import type { UsersOf } from "./typed-roles.ts";

/** The session dictionary's type: the declared values, or anything. */
export type DataValues<DataFields extends Record<string, FieldSchema>> = [keyof DataFields] extends [never]
  ? Record<string, unknown>
  : FieldValues<DataFields>;

/** Numbers of session checks and hashes, for metrics. */
export interface Metrics {
  sessions: { reads: number; hits: number; writes: number };
  hashing: { running: number; waiting: number; refused: number };
}

/** The auth object: made once, shared by all code. */
export interface Auth<
  Fields extends object = object,
  Values extends object = Record<string, unknown>,
  Roles extends RoleGrants = RoleGrants,
> {
  /** The pages' operations as functions. A refusal is a value, `{ ok: false, code }`, and never thrown. */
  readonly account: Latchkey.Operations;
  /** Operators' functions for accounts. */
  readonly users: UsersOf<Roles>;
  /** Operators' functions for unsent mail. */
  readonly outbox: Latchkey.OutboxFunctions;
  /** Operators' functions for the audit: list and verify. */
  readonly audit: Latchkey.AuditFunctions;
  /** For adapters: mounts the library on a framework that has none yet. */
  readonly adapter: AdapterAuth;
  /** Resolves when the database is open and migrated; rejects with a `ConfigurationError`. Every call waits for it. */
  ready(): Promise<void>;
  /**
   * The auth of a request: user, session, dictionary, CSRF token. One look-up a request, however often it is called.
   */
  for(request: AnyRequest, info?: ConnectionInfo): Promise<RequestAuth<Fields, Values, Roles>>;
  /** The context of a script's call. Its address counts for the limits of attempts. */
  context(facts: ScriptFacts): ScriptContext;
  /** Answers a request for one of the library's own paths; null for every other path. */
  handle(request: AnyRequest, info?: ConnectionInfo): Promise<Response | null>;
  /** A page of the application inside the library's layout, with its security headers. Default status 200. */
  page(request: AnyRequest, page: Page, status?: number): Promise<Response>;
  /** The open database, for the application's own tables. */
  readonly database: Database;
  /** The options that applications need, with the defaults filled in. */
  readonly settings: AuthSettings<Roles>;
  /** Every route of the library, for metrics and proxies. */
  readonly routes: readonly AuthRoute[];
  readonly log: Logger;
  readonly clock: Clock;
  /** The library's texts in a language; in the default one for null. The language of a request is its `locale`. */
  words(locale: string | null): Messages;
  /** Mail that was kept instead of sent, newest first. Empty if a transport sends it. */
  mailbox(): Promise<KeptMail[]>;
  /** Resolves when all due mail is sent. */
  deliverMail(): Promise<void>;
  metrics(): Metrics;
  /**
   * Deletes expired sessions, links, registrations, counters, sent mail, and accounts whose deletion is due. Runs every
   * hour by itself (option `cleanupInterval`). Returns the number of rows.
   */
  cleanUp(): Promise<number>;
  /** Writes pending data, stops the outbox, closes the database. */
  close(): Promise<void>;
}
