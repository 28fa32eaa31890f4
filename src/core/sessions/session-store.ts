import type { SessionRow } from "./queries.ts";

/** A value that is there, or one that comes. */
export type MaybeLater<Value> = Value | Promise<Value>;

/** A session as the store found it. As long as it is current the same object may come again. */
export interface StoredSession {
  readonly row: SessionRow;
  /** What the reader worked out of the row. The store keeps it with the row and never looks at it. */
  note: unknown;
}

/** A session that was used: its last-seen time and what follows from it. */
export interface SeenSession {
  /** The digest of the cookie's value, base64url. */
  readonly digest: string;
  readonly at: number;
  readonly idleExpiresAt: number;
}

/** Whose sessions changed: one session, or all of a user. */
export type Whose = { readonly userId: string } | { readonly sessionId: string };

/** The port of the hot path: finds sessions by the digest of the cookie's value. */
export interface SessionStore {
  /**
   * The session and the columns of its user that a request needs, or null. What comes is proven current, or was so at
   * most `staleForSeconds` ago in a store that has this setting. An ended session may come with its reason.
   */
  find(digest: string): MaybeLater<StoredSession | null>;
  /** Writes last-seen times; never brings an ended session back. Returns how many rows it changed. */
  touch(batch: readonly SeenSession[]): Promise<number>;
  /** Says after a commit whose sessions it changed: nothing of them that was kept may be used again. */
  revoked(whose: Whose): void;
  /** How often each way was taken, for metrics and tests. */
  readonly counters: { reads: number; hits: number; writes: number };
}
