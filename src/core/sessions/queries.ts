import { one, run } from "../../platform/database/index.ts";
import type { EndReason } from "./end-reasons.ts";

/** The row of the hot path: a session joined with the user's columns that a request needs. */
export interface SessionRow {
  id: string;
  user_id: string;
  created_at: number;
  authenticated_at: number;
  methods: string;
  last_seen_at: number;
  idle_expires_at: number;
  expires_at: number;
  remembered: number;
  epoch: number;
  ended_at: number | null;
  ended_reason: EndReason | null;
  email: string;
  email_confirmed_at: number | null;
  username: string | null;
  status: "active" | "disabled";
  user_epoch: number;
  user_created_at: number;
  fields: string;
  locale: string | null;
  roles: string | null;
}

/** One statement for the hot path: the digest of the cookie is the primary key. */
export const FIND_SESSION = `SELECT s.id, s.user_id, s.created_at, s.authenticated_at, s.methods,
    s.last_seen_at, s.idle_expires_at, s.expires_at, s.remembered, s.epoch, s.ended_at, s.ended_reason,
    u.email, u.email_confirmed_at, u.username, u.status, u.epoch AS user_epoch, u.created_at AS user_created_at,
    u.fields, u.locale, (SELECT group_concat(role) FROM roles WHERE user_id = u.id) AS roles
  FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.digest = $1`;

export const insertSession = run<
  [
    digest: Uint8Array,
    id: string,
    userId: string,
    deviceId: string | null,
    now: number,
    authenticatedAt: number,
    methods: string,
    idleExpiresAt: number,
    expiresAt: number,
    remembered: number,
    epoch: number,
    address: string | null,
    userAgent: string | null,
  ]
>(
  `INSERT INTO sessions (digest, id, user_id, device_id, created_at, authenticated_at, methods, last_seen_at,
     idle_expires_at, expires_at, remembered, epoch, address, user_agent)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $5, $8, $9, $10, $11, $12, $13)`,
);

/** Conditional: an ended session stays ended, even after late writes. */
export const touchSession = run<[digest: Uint8Array, lastSeenAt: number, idleExpiresAt: number]>(
  "UPDATE sessions SET last_seen_at = $2, idle_expires_at = $3 WHERE digest = $1 AND ended_at IS NULL AND last_seen_at < $2",
);

export const endSessionById = run<[id: string, now: number, reason: EndReason]>(
  "UPDATE sessions SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL",
);

/** Whether a session is still live: it may end during its request. */
export const findLiveSession = one<{ id: string }, [id: string, userId: string]>(
  "SELECT id FROM sessions WHERE id = $1 AND user_id = $2 AND ended_at IS NULL",
);

export const endSessionsOfUser = run<[userId: string, now: number, reason: EndReason, exceptId: string]>(
  "UPDATE sessions SET ended_at = $2, ended_reason = $3 WHERE user_id = $1 AND ended_at IS NULL AND id <> $4",
);

export const setSessionEpoch = run<[id: string, epoch: number]>(
  "UPDATE sessions SET epoch = $2 WHERE id = $1",
);

/** Marks sessions that were idle or lived too long, so that a clock set back can't revive them. */
// Row SL-04.
export const endSessionsExpired = run<[now: number, before: number]>(
  `UPDATE sessions SET ended_at = $1, ended_reason = CASE WHEN expires_at < $2 THEN 'expired' ELSE 'idle' END
   WHERE ended_at IS NULL AND (expires_at < $2 OR idle_expires_at < $2)`,
);

/** Ends the oldest live sessions beyond an account's limit. */
// Row SL-10.
export const endExcessSessions = run<[userId: string, now: number, maximum: number]>(
  `UPDATE sessions SET ended_at = $2, ended_reason = 'too_many_sessions'
   WHERE ended_at IS NULL AND user_id = $1
   AND CASE WHEN (SELECT count(*) FROM sessions WHERE user_id = $1 AND ended_at IS NULL) > $3 THEN id IN (
     SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 AND idle_expires_at > $2
     ORDER BY last_seen_at DESC, id DESC LIMIT -1 OFFSET $3) ELSE FALSE END`,
);

/** Deletes the sessions of an account that ended longest ago, beyond its limit. They end nothing any more. */
// Row SL-10.
export const deleteExcessEndedSessions = run<[userId: string, maximum: number]>(
  `DELETE FROM sessions WHERE user_id = $1 AND ended_at IS NOT NULL
   AND CASE WHEN (SELECT count(*) FROM sessions WHERE user_id = $1 AND ended_at IS NOT NULL) > $2 THEN digest IN (
     SELECT digest FROM sessions WHERE user_id = $1 AND ended_at IS NOT NULL
     ORDER BY ended_at DESC, digest LIMIT -1 OFFSET $2) ELSE FALSE END`,
);

export const findSessionData = one<{ data: string }, [sessionId: string]>(
  "SELECT data FROM session_data WHERE session_id = $1",
);

export const putSessionData = run<[sessionId: string, data: string]>(
  `INSERT INTO session_data (session_id, data) VALUES ($1, $2) ON CONFLICT (session_id) DO UPDATE SET data = $2`,
);

export const moveSessionData = run<[fromId: string, toId: string]>(
  "UPDATE session_data SET session_id = $2 WHERE session_id = $1",
);

/** Deletes old ended sessions. Until then the row keeps the reason. */
export const deleteExpiredSessions = run<[before: number]>(
  "DELETE FROM sessions WHERE expires_at < $1 OR (ended_at IS NOT NULL AND ended_at < $1)",
);
