import type { KeyRing, Secret } from "../platform/crypto/index.ts";
import type { Database } from "../platform/database/index.ts";
import type { Clock } from "../platform/time/index.ts";
import type { Counters } from "./counters/index.ts";
import type { Outbox } from "./outbox/index.ts";
import type { PasswordService } from "./passwords/index.ts";
import type { SessionReader, SessionStore } from "./sessions/index.ts";
import type { Settings } from "./settings.ts";

/** Where the library writes what operators should see. pino, console and most loggers fit. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What every mechanism works with: made once by `createAuth` and handed down explicitly. */
export interface Core {
  readonly db: Database;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly log: Logger;
  readonly settings: Settings;
  readonly passwords: PasswordService;
  readonly sessions: SessionReader;
  readonly sessionStore: SessionStore;
  readonly counters: Counters;
  readonly outbox: Outbox;
}

/** Facts about the request that an operation may need: for throttling, the audit and the session's record. */
export interface RequestFacts {
  /** The client's address as the declared proxies report it. */
  address: string;
  userAgent: string | null;
  requestId: string;
  /** The device cookie's value, if the browser has one. */
  deviceToken: Secret | null;
  /** The value the anonymous browser is known by before it signs in; binds CSRF tokens and registrations. */
  preSession: Secret | null;
  /** The session the request came with, if it is live. */
  sessionId: string | null;
  /** Who is signed in by it. */
  userId: string | null;
}
