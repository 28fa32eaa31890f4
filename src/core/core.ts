import type { AuditSealer } from "./audit/index.ts";
import type { Base } from "./base.ts";
import type { Counters } from "./counters/index.ts";
import type { Folded } from "./feature/index.ts";
import type { Hooks } from "./hooks/index.ts";
import type { Outbox } from "./outbox/index.ts";
import type { HashAdmission, PasswordService } from "./passwords/index.ts";
import type { SessionReader, SessionStore } from "./sessions/index.ts";
import type { Messages } from "./words/index.ts";

export type { Logger } from "../platform/log/index.ts";
export type { RequestFacts } from "./request-facts.ts";

/**
 * The mechanisms that features use. `createAuth` makes it once, and it is the first argument of a feature's functions.
 * Plugins get the same as the library's own features.
 */
export interface Core extends Base {
  readonly passwords: PasswordService;
  /** The bound on parallel password hashes. */
  readonly hashing: HashAdmission;
  readonly sessions: SessionReader;
  readonly sessionStore: SessionStore;
  /** Budgets of attempts: make a `bucket`, and count in it before you check a secret. */
  readonly counters: Counters;
  /** Mail and jobs that are part of the transaction: `outbox.enqueue(tx, mail)`, `outbox.enqueueJob(tx, job)`. */
  readonly outbox: Outbox;
  /** The description folded from all features. */
  readonly features: Folded;
  /** The application's hooks and listeners. */
  readonly hooks: Hooks;
  /** The library's texts in a language. In the default one for null and for a switched-off language. */
  words(locale: string | null): Messages;
  /** The languages that are switched on; the first is the default. */
  readonly locales: readonly string[];
  readonly sealer: AuditSealer;
}
