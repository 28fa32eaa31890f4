import { hash } from "node:crypto";
import { looksLikeToken } from "../../platform/crypto/index.ts";
import type { Database } from "../../platform/database/index.ts";
import type { Clock } from "../../platform/time/index.ts";
import type { Logger } from "../core.ts";
import type { SessionLimits } from "../settings.ts";
import { toUser, type User } from "../users/index.ts";
import { type EndReason, FIND_SESSION, type SessionRow, touchSession } from "./queries.ts";

/** A live session as the application sees it. Nothing of it is secret. */
export interface Session {
  /** Names the session in lists; no cookie value. */
  readonly id: string;
  /** UTC milliseconds, like all times here. */
  readonly createdAt: number;
  /** When its owner last proved who they are. */
  readonly authenticatedAt: number;
  /** How: `password`, `email_link`, `registration` … */
  readonly methods: readonly string[];
  /** The absolute end; activity never moves it. */
  readonly expiresAt: number;
  readonly remembered: boolean;
}

/** What a session cookie turned out to be. `ended` only for a value that belonged to a real session. */
export type SessionCheck =
  | { state: "live"; session: Session; user: User }
  | { state: "ended"; reason: EndReason; sessionId: string; userId: string }
  | { state: "none" };

export interface SessionReader {
  /** Checks a cookie value. Synchronous wherever the database allows. */
  check(token: string | null): SessionCheck | Promise<SessionCheck>;
  /** Writes the remembered last-seen times now; called by a timer, and at shutdown. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** How often each way was taken, for metrics and tests. */
  readonly counters: { reads: number; hits: number; writes: number };
}

interface CacheEntry {
  row: SessionRow;
  live: { state: "live"; session: Session; user: User };
}

interface ReaderOptions {
  db: Database;
  clock: Clock;
  log: Logger;
  limits: { standard: SessionLimits; remembered: SessionLimits };
}

const NONE: SessionCheck = Object.freeze({ state: "none" });
const CACHE_ENTRIES = 10_000;
const FLUSH_AFTER_MS = 1000;
const FLUSH_AT_ENTRIES = 500;
/** Tables whose rows decide a check; a write to one of them drops what is kept. */
const deciding = new Set(["sessions", "users", "roles"]);

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at,
    methods: row.methods.split(","),
    expiresAt: row.expires_at,
    remembered: row.remembered === 1,
  };
}

function userOf(row: SessionRow): User {
  return toUser({ ...row, id: row.user_id, created_at: row.user_created_at });
}

/**
 * The hot path. One digest, one prepared statement, integer compares; no JSON, no HMAC, no write except a
 * batched last-seen time once it is older than a tenth of the idle limit.
 *
 * A result is kept only while it can be proven current: own writes drop it, and the database says once per turn
 * of the event loop whether anybody else wrote. So an ended session is dead everywhere at once (row SL-06).
 */
export function createSessionReader({ db, clock, log, limits }: ReaderOptions): SessionReader {
  const cache = new Map<string, CacheEntry>();
  const counters = { reads: 0, hits: 0, writes: 0 };
  let seen = new Map<string, { digest: Buffer; at: number; idleExpiresAt: number }>();
  let flushTimer: NodeJS.Timeout | null = null;
  let flushing = false;
  let foreignWrites = -1;
  let askedThisTurn = false;

  db.onWrite((table) => {
    if (deciding.has(table) && !flushing) cache.clear();
  });

  function dropIfOthersWrote(): void {
    if (askedThisTurn) return;
    askedThisTurn = true;
    setImmediate(() => {
      askedThisTurn = false;
    });
    const now = db.foreignWrites();
    if (now !== foreignWrites) cache.clear();
    foreignWrites = now;
  }

  function noteSeen(key: string, row: SessionRow, now: number): void {
    const idleMs = (row.remembered === 1 ? limits.remembered : limits.standard).idleMs;
    if (now - row.last_seen_at <= idleMs / 10) return;
    row.last_seen_at = now;
    row.idle_expires_at = now + idleMs;
    seen.set(key, { digest: Buffer.from(key, "base64url"), at: now, idleExpiresAt: now + idleMs });
    if (seen.size >= FLUSH_AT_ENTRIES) void flush();
    else flushTimer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref();
  }

  async function flush(): Promise<void> {
    if (flushTimer !== null) clearTimeout(flushTimer);
    flushTimer = null;
    if (seen.size === 0) return;
    const batch = seen;
    seen = new Map();
    try {
      await db.transaction(
        async (tx) => {
          // Only times move forward here; what the cache holds stays right, so it is kept.
          flushing = true;
          try {
            for (const { digest, at, idleExpiresAt } of batch.values()) {
              counters.writes += await touchSession(tx, digest, at, idleExpiresAt);
            }
          } finally {
            flushing = false;
          }
        },
        { durability: "relaxed" },
      );
    } catch (error) {
      log.warn(
        { error: String(error) },
        "last-seen times could not be written; sessions stay valid as they were",
      );
    }
  }

  /** Integer compares only. The order decides which reason is told. */
  function verdict(entry: CacheEntry, key: string, now: number): SessionCheck {
    const { row } = entry;
    const pending = seen.get(key);
    const idleExpiresAt = pending === undefined ? row.idle_expires_at : pending.idleExpiresAt;
    let reason: EndReason | null = null;
    if (row.ended_at !== null) reason = row.ended_reason ?? "ended_by_operator";
    else if (row.status !== "active") reason = "account_disabled";
    else if (row.epoch !== row.user_epoch) reason = "password_changed";
    else if (now >= row.expires_at) reason = "expired";
    else if (now >= idleExpiresAt) reason = "idle";
    if (reason !== null) return { state: "ended", reason, sessionId: row.id, userId: row.user_id };
    noteSeen(key, row, now);
    return entry.live;
  }

  function keep(key: string, row: SessionRow): CacheEntry {
    const entry: CacheEntry = { row, live: { state: "live", session: toSession(row), user: userOf(row) } };
    if (row.ended_at === null) {
      if (cache.size >= CACHE_ENTRIES) cache.delete(cache.keys().next().value as string);
      cache.set(key, entry);
    }
    return entry;
  }

  async function checkLater(key: string): Promise<SessionCheck> {
    const row = await db.one<SessionRow>(FIND_SESSION, Buffer.from(key, "base64url"));
    // Not kept: a write may have come between the read and this turn.
    return row === undefined
      ? NONE
      : verdict(
          { row, live: { state: "live", session: toSession(row), user: userOf(row) } },
          key,
          clock.now(),
        );
  }

  return {
    counters,
    check(token) {
      if (token === null || !looksLikeToken(token)) return NONE;
      dropIfOthersWrote();
      const key = hash("sha256", token, "base64url");
      const kept = cache.get(key);
      if (kept !== undefined) {
        counters.hits += 1;
        return verdict(kept, key, clock.now());
      }
      counters.reads += 1;
      const row = db.oneNow<SessionRow>(FIND_SESSION, Buffer.from(key, "base64url"));
      if (row === null) return checkLater(key);
      return row === undefined ? NONE : verdict(keep(key, row), key, clock.now());
    },
    flush,
    async close() {
      await flush();
    },
  };
}
