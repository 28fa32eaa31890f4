import { one, run } from "../../platform/database/index.ts";

/** Whether the owner of this mailbox can still put the address back. */
export const findLiveUndo = one<{ user_id: string }, [emailKey: string, now: number]>(
  `SELECT user_id FROM one_time_tokens
   WHERE email_key = $1 AND purpose = 'undo' AND consumed_at IS NULL AND expires_at > $2 LIMIT 1`,
);

/**
 * Kills the links of notices that went to this address, and those made since: after an undo, a later owner may not
 * undo it. Links to the account's earlier addresses stay good.
 */
export const killUndoTokens = run<[userId: string, emailKey: string, since: number, now: number]>(
  `UPDATE one_time_tokens SET consumed_at = $4
   WHERE user_id = $1 AND purpose = 'undo' AND consumed_at IS NULL AND (email_key = $2 OR created_at >= $3)`,
);
