import type { Secret } from "../platform/crypto/index.ts";

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
  /** The language of the answer, one of those that are switched on; null when the request doesn't say. */
  locale: string | null;
}

/** The facts of work that no browser asked for. */
export const noBrowser = { deviceToken: null, preSession: null, sessionId: null, userId: null } as const;
