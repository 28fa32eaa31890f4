import { hash } from "node:crypto";
import { looksLikeToken } from "../../platform/crypto/index.ts";
import { CLOCK_STEP_MS, type Clock } from "../../platform/time/index.ts";
import type { Logger } from "../core.ts";
import type { SessionLimits } from "../settings.ts";
import { toUser, type User } from "../users/index.ts";
import type { EndReason } from "./end-reasons.ts";
import type { SessionRow } from "./queries.ts";
import type { SeenSession, SessionStore, StoredSession } from "./session-store.ts";

/** A live session as the application sees it. None of it is secret. */
export interface Session {
  /** Names the session in lists; not a cookie value. */
  readonly id: string;
  /** UTC milliseconds, like all times here. */
  readonly createdAt: number;
  /** The time of the owner's last proof. */
  readonly authenticatedAt: number;
  /** The methods: `password`, `email_link`, `registration` … */
  readonly methods: readonly string[];
  /** The absolute end; activity never moves it. */
  readonly expiresAt: number;
  readonly remembered: boolean;
}

/** The state of a session cookie. `ended` only for a value that belonged to a real session. */
export type SessionCheck =
  | { state: "live"; session: Session; user: User }
  | { state: "ended"; reason: EndReason }
  | { state: "none" };

export interface SessionReader {
  /** Checks a cookie value. Synchronous if the store is. */
  check(token: string | null): SessionCheck | Promise<SessionCheck>;
  /** Writes the remembered last-seen times now. A timer and the shutdown call it. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** The uses of each path, for metrics and tests. */
  readonly counters: { reads: number; hits: number; writes: number };
}

/**
 * A session row as checks need it. Facts that only a write can change are decided once. Times are compared at every
 * check.
 */
interface Known {
  live: { state: "live"; session: Session; user: User };
  /** Why it ended, independent of the time, or null. */
  ended: EndReason | null;
  idleMs: number;
  lastSeenAt: number;
  idleExpiresAt: number;
}

interface ReaderOptions {
  store: SessionStore;
  clock: Clock;
  log: Logger;
  limits: { standard: SessionLimits; remembered: SessionLimits };
}

const NONE: SessionCheck = Object.freeze({ state: "none" });
const FLUSH_AFTER_MS = 1000;
const FLUSH_AT_ENTRIES = 500;

/** Frozen, since requests share it. */
function toSession(row: SessionRow): Session {
  return Object.freeze({
    id: row.id,
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at,
    methods: Object.freeze(row.methods.split(",")),
    expiresAt: row.expires_at,
    remembered: row.remembered === 1,
  });
}

const userOf = (row: SessionRow): User =>
  toUser({ ...row, id: row.user_id, created_at: row.user_created_at });

/** The order decides the reported reason. */
function endedReason(row: SessionRow): EndReason | null {
  if (row.ended_at !== null) return row.ended_reason ?? "ended_by_operator";
  if (row.status !== "active") return "account_disabled";
  return row.epoch === row.user_epoch ? null : "password_changed";
}

/**
 * The hot path: one digest, one look-up in the store, integer compares. No JSON, no HMAC, and no write except a batched
 * last-seen time older than a tenth of the idle limit. The store proves that a result is current.
 */
export function createSessionReader({ store, clock, log, limits }: ReaderOptions): SessionReader {
  let seen = new Map<string, SeenSession>();
  let flushTimer: NodeJS.Timeout | null = null;

  function noteSeen(key: string, known: Known, now: number): void {
    if (now - known.lastSeenAt <= known.idleMs / 10) return;
    known.lastSeenAt = now;
    known.idleExpiresAt = now + known.idleMs;
    seen.set(key, { digest: key, at: now, idleExpiresAt: known.idleExpiresAt });
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
      await store.touch([...batch.values()]);
    } catch (error) {
      log.warn(
        { error: String(error) },
        "last-seen times could not be written; sessions stay valid as they were",
      );
    }
  }

  function know(key: string, row: SessionRow): Known {
    const pending = seen.get(key);
    return {
      live: { state: "live", session: toSession(row), user: userOf(row) },
      ended: endedReason(row),
      idleMs: (row.remembered === 1 ? limits.remembered : limits.standard).idleMs,
      lastSeenAt: pending?.at ?? row.last_seen_at,
      idleExpiresAt: pending?.idleExpiresAt ?? row.idle_expires_at,
    };
  }

  /** Integer compares only. */
  function verdict(known: Known, key: string, now: number): SessionCheck {
    const { session } = known.live;
    let reason = known.ended;
    if (reason === null && now >= session.expiresAt) reason = "expired";
    if (reason === null && session.createdAt > now + CLOCK_STEP_MS) reason = "expired";
    if (reason === null && now >= known.idleExpiresAt) reason = "idle";
    if (reason !== null) return { state: "ended", reason };
    noteSeen(key, known, now);
    return known.live;
  }

  function judge(key: string, found: StoredSession | null): SessionCheck {
    if (found === null) return NONE;
    if (found.row !== null) {
      found.note = know(key, found.row);
      found.row = null;
    }
    return verdict(found.note as Known, key, clock.now());
  }

  return {
    counters: store.counters,
    check(token) {
      if (token === null || !looksLikeToken(token)) return NONE;
      const key = hash("sha256", token, "base64url");
      const found = store.find(key);
      return found instanceof Promise ? found.then((later) => judge(key, later)) : judge(key, found);
    },
    flush,
    async close() {
      await flush();
    },
  };
}
