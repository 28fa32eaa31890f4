import { one, run } from "../../platform/database/index.ts";

/** Whether the owner of this mailbox can still restore the address. */
export const findLiveUndo = one<{ user_id: string }, [emailKey: string, now: number]>(
  `SELECT user_id FROM one_time_tokens
   WHERE email_key = $1 AND purpose = 'undo' AND consumed_at IS NULL AND expires_at > $2 LIMIT 1`,
);

/**
 * Kills the links of notices to this address, and newer ones: a later owner must not undo the undo. Links to the
 * account's earlier addresses stay valid.
 */
export const killUndoTokens = run<[userId: string, emailKey: string, since: number, now: number]>(
  `UPDATE one_time_tokens SET consumed_at = $4
   WHERE user_id = $1 AND purpose = 'undo' AND consumed_at IS NULL AND (email_key = $2 OR created_at >= $3)`,
);
