import type { Secret } from "../platform/crypto/index.ts";

/** Facts about the request that an operation may need: for throttling, the audit and the session's record. */
export interface RequestFacts {
  /** The client's address as the declared proxies report it. */
  address: string;
  userAgent: string | null;
  requestId: string;
  /** The device cookie's value, if the browser has one. */
  deviceToken: Secret | null;
  /** The value that identifies an anonymous browser before it signs in. It binds CSRF tokens and registrations. */
  preSession: Secret | null;
  /** The live session of the request, if any. */
  sessionId: string | null;
  /** The user of that session. */
  userId: string | null;
  /** The language of the answer, one of the switched-on ones; null if the request names none. */
  locale: string | null;
}

/** The facts of work without a browser's request. */
export const noBrowser = { deviceToken: null, preSession: null, sessionId: null, userId: null } as const;
