import { one, run } from "../../platform/database/index.ts";

export interface DeviceRow {
  id: string;
  user_id: string;
}

export const findDevice = one<DeviceRow, [digest: Uint8Array, now: number]>(
  "SELECT id, user_id FROM devices WHERE digest = $1 AND revoked_at IS NULL AND expires_at > $2",
);

export const insertDevice = run<
  [digest: Uint8Array, id: string, userId: string, now: number, expiresAt: number]
>(
  "INSERT INTO devices (digest, id, user_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)",
);

/** Gives a device a new value; conditional, so of two parallel sign-ins one rotates and the other sees it gone. */
export const rotateDevice = run<
  [oldDigest: Uint8Array, newDigest: Uint8Array, now: number, expiresAt: number]
>(
  "UPDATE devices SET digest = $2, last_seen_at = $3, expires_at = $4 WHERE digest = $1 AND revoked_at IS NULL",
);

/** Revokes an account's devices, but for the one that the kept session is on. */
export const revokeDevices = run<[userId: string, now: number, keepSessionId: string]>(
  `UPDATE devices SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL
     AND id <> coalesce((SELECT device_id FROM sessions WHERE id = $3), '')`,
);

export const deleteDevicesOver = run<[before: number]>(
  "DELETE FROM devices WHERE expires_at < $1 OR (revoked_at IS NOT NULL AND revoked_at < $1)",
);
