import { one, run } from "../../platform/database/index.ts";

export interface DeviceRow {
  id: string;
  user_id: string;
}

export const findDevice = one<DeviceRow, [digest: Uint8Array, now: number]>(
  "SELECT id, user_id FROM devices WHERE digest = $1 AND revoked_at IS NULL AND expires_at > $2",
);

/**
 * Whether this browser signed in to the account before, by its cookie or the previous one. The answer to a sign-in may
 * get lost, and of two parallel answers one arrives late. Revoked and expired cookies count.
 */
export const wasOnDevice = one<{ id: string }, [digest: Uint8Array, userId: string]>(
  "SELECT id FROM devices WHERE (digest = $1 OR previous_digest = $1) AND user_id = $2 LIMIT 1",
);

export const insertDevice = run<
  [digest: Uint8Array, id: string, userId: string, now: number, expiresAt: number]
>(
  "INSERT INTO devices (digest, id, user_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)",
);

/** Gives a device a new value. The statement is conditional: of two parallel sign-ins only one rotates the value. */
export const rotateDevice = run<
  [oldDigest: Uint8Array, newDigest: Uint8Array, now: number, expiresAt: number]
>(
  "UPDATE devices SET digest = $2, previous_digest = $1, last_seen_at = $3, expires_at = $4 WHERE digest = $1 AND revoked_at IS NULL",
);

/** Revokes an account's devices, except the one of the kept session. */
export const revokeDevices = run<[userId: string, now: number, keepSessionId: string]>(
  `UPDATE devices SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL
     AND id <> coalesce((SELECT device_id FROM sessions WHERE id = $3), '')`,
);

/** Revokes the device of an ended session, unless it has another live session. */
export const revokeUnusedDevice = run<[id: string, userId: string, now: number]>(
  `UPDATE devices SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM sessions WHERE user_id = $2 AND device_id = $1 AND ended_at IS NULL
       AND expires_at > $3 AND idle_expires_at > $3)`,
);

/**
 * Deletes the devices of an account beyond its limit. The used one stays, then those of live sessions, then the others
 * by their last sign-in; revoked ones go first. Nothing is sorted below the limit.
 */
export const deleteExcessDevices = run<[userId: string, usedId: string, maximum: number]>(
  `DELETE FROM devices WHERE user_id = $1
   AND CASE WHEN (SELECT count(*) FROM devices WHERE user_id = $1) > $3 THEN digest IN (
     SELECT digest FROM devices WHERE user_id = $1
     ORDER BY id = $2 DESC, revoked_at IS NULL DESC,
       id IN (SELECT device_id FROM sessions WHERE user_id = $1 AND ended_at IS NULL
         AND device_id IS NOT NULL) DESC,
       last_seen_at DESC, id DESC LIMIT -1 OFFSET $3) ELSE FALSE END`,
);

export const deleteExpiredDevices = run<[before: number]>(
  "DELETE FROM devices WHERE expires_at < $1 OR (revoked_at IS NOT NULL AND revoked_at < $1)",
);
