import type { EndReason } from "../../core/sessions/index.ts";
import { all, one } from "../../platform/database/index.ts";

export interface SessionListRow {
  id: string;
  created_at: number;
  authenticated_at: number;
  last_seen_at: number;
  idle_expires_at: number;
  expires_at: number;
  remembered: number;
  methods: string;
  address: string | null;
  user_agent: string | null;
  ended_at: number | null;
  ended_reason: EndReason | null;
}

const columns = `s.id, s.created_at, s.authenticated_at, s.last_seen_at, s.idle_expires_at, s.expires_at, s.remembered,
  s.methods, s.address, s.user_agent, s.ended_at, s.ended_reason`;

/**
 * Sessions without an end: live ones, which `session.maximumPerUser` limits, and expired ones that the clean-up hasn't
 * marked yet.
 */
export const listOpenSessions = all<SessionListRow, [userId: string]>(
  `SELECT ${columns} FROM sessions s JOIN users u ON u.id = s.user_id AND u.epoch = s.epoch
   WHERE s.user_id = $1 AND s.ended_at IS NULL`,
);

/** Ended ones, the latest first. A renewed session is left out: it continued with a new value. */
export const listEndedSessions = all<SessionListRow, [userId: string, since: number, limit: number]>(
  `SELECT ${columns} FROM sessions s
   WHERE s.user_id = $1 AND s.ended_at >= $2 AND s.ended_reason <> 'renewed' ORDER BY s.ended_at DESC LIMIT $3`,
);

/** All stored ones, for the export, the latest first. */
export const listAllSessions = all<SessionListRow, [userId: string]>(
  `SELECT ${columns} FROM sessions s WHERE s.user_id = $1 ORDER BY s.created_at DESC, s.id DESC`,
);

/** A session of this account only. */
// Row AZ-02.
export const findOwnSession = one<{ device_id: string | null }, [id: string, userId: string]>(
  "SELECT device_id FROM sessions WHERE id = $1 AND user_id = $2",
);
