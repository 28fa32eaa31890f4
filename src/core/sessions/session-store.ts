import type { SessionRow } from "./queries.ts";

/** A value now, or a promise of one. */
export type MaybeLater<Value> = Value | Promise<Value>;

/** A session as the store found it. The same object may come again while it is current. */
export interface StoredSession {
  readonly sessionId: string;
  readonly userId: string;
  /** Null once the reader has its note: a kept row would only make garbage collections longer. */
  row: SessionRow | null;
  /** The reader's note about the row. The store keeps it with the row and never reads it. */
  note: unknown;
}

/** A used session: its last-seen time and the limits that follow. */
export interface SeenSession {
  /** The digest of the cookie's value, base64url. */
  readonly digest: string;
  readonly at: number;
  readonly idleExpiresAt: number;
}

/** The changed sessions: one, or all of a user. */
export type Whose = { readonly userId: string } | { readonly sessionId: string };

/** The port of the hot path: finds sessions by the digest of the cookie's value. */
export interface SessionStore {
  /**
   * The session and the columns of its user that a request needs, or null. The result is proven current; in a store
   * with `staleForSeconds` it was current at most that long ago. An ended session may come with its reason.
   */
  find(digest: string): MaybeLater<StoredSession | null>;
  /** Writes last-seen times; never brings an ended session back. Returns how many rows it changed. */
  touch(batch: readonly SeenSession[]): Promise<number>;
  /** Reports changed sessions after a commit. The store must drop all it keeps of them. */
  revoked(whose: Whose): void;
  /** The uses of each path, for metrics and tests. */
  readonly counters: { reads: number; hits: number; writes: number };
}
