import { all, one, returningOne, run } from "../../platform/database/index.ts";

export interface AccountRow {
  email_confirmed_at: number | null;
  status: string;
  created_at: number;
  delete_after: number | null;
  fields: string;
  password_changed_at: number | null;
}

/** The account without its keys: its owner's input, and its times. */
export const findAccount = one<AccountRow, [userId: string]>(
  `SELECT email_confirmed_at, status, created_at, delete_after, fields,
     (SELECT changed_at FROM passwords WHERE user_id = users.id) AS password_changed_at
   FROM users WHERE id = $1`,
);

export interface DeviceListRow {
  id: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  revoked_at: number | null;
}

/** Known devices, of which an account has few. Never their cookie's digest. */
export const listDevices = all<DeviceListRow, [userId: string]>(
  "SELECT id, created_at, last_seen_at, expires_at, revoked_at FROM devices WHERE user_id = $1 ORDER BY created_at DESC",
);

export interface PendingRow {
  digest: Uint8Array;
  purpose: string;
  email: string;
  created_at: number;
  expires_at: number;
}

/** Mailed links that still work, from the one after `purpose` and `digest` on. The digest only finds the next page. */
export const listPending = all<
  PendingRow,
  [userId: string, now: number, purpose: string, digest: Uint8Array, limit: number]
>(
  `SELECT digest, purpose, coalesce(address, email_key) AS email, created_at, expires_at FROM one_time_tokens
   WHERE user_id = $1 AND consumed_at IS NULL AND expires_at > $2 AND (purpose, digest) > ($3, $4)
   ORDER BY purpose, digest LIMIT $5`,
);

export const findDueDeletions = all<{ id: string }, [now: number, limit: number]>(
  "SELECT id FROM users WHERE delete_after <= $1 ORDER BY delete_after LIMIT $2",
);

/**
 * Deletes an account whose time has come, and by the foreign keys everything it owns. Conditional: of several
 * clean-ups one gets the row, and an account that was kept at the last moment stays.
 */
export const deleteDueAccount = returningOne<{ email_key: string }, [id: string, now: number]>(
  "DELETE FROM users WHERE id = $1 AND delete_after <= $2 RETURNING email_key",
);

/** Links to an address, from every requester. */
export const deleteTokensTo = run<[emailKey: string]>("DELETE FROM one_time_tokens WHERE email_key = $1");

/** Recipients are stored as typed, so only the canonical form can match them with the address. */
export const listRecipients = all<{ recipient: string }, []>("SELECT DISTINCT recipient FROM outbox");

export const deleteMailsTo = run<[recipient: string]>("DELETE FROM outbox WHERE recipient = $1");
