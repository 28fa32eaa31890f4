import { all, one, run } from "../../platform/database/index.ts";

export const insertMail = run<
  [id: string, kind: string, recipient: string, content: Uint8Array, now: number, userId: string | null]
>(
  `INSERT INTO outbox (id, kind, recipient, content, created_at, send_after, user_id)
   VALUES ($1, $2, $3, $4, $5, $5, $6)`,
);

export const deleteMail = run<[id: string]>("DELETE FROM outbox WHERE id = $1");

export interface DueMailRow {
  id: string;
  kind: string;
  recipient: string;
  content: Uint8Array | null;
  attempts: number;
}

/** Takes the next mail that is due for `leaseMs`: of two processes, one gets it. */
export const takeDueMail = one<DueMailRow, [now: number, leaseUntil: number]>(
  `UPDATE outbox SET send_after = $2, attempts = attempts + 1
   WHERE id = (SELECT id FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL AND send_after <= $1
               ORDER BY send_after, id LIMIT 1)
   RETURNING id, kind, recipient, content, attempts`,
);

/** A sent mail keeps no content: its links would be live secrets at rest. The development mailbox keeps it. */
export const markSent = run<[id: string, now: number, keepContent: number]>(
  "UPDATE outbox SET sent_at = $2, last_error = NULL, content = CASE WHEN $3 = 1 THEN content END WHERE id = $1",
);

export const retryMail = run<[id: string, sendAfter: number, error: string]>(
  "UPDATE outbox SET send_after = $2, last_error = $3 WHERE id = $1",
);

export const giveUpMail = run<[id: string, now: number, error: string]>(
  "UPDATE outbox SET failed_at = $2, last_error = $3 WHERE id = $1",
);

export const nextDue = one<{ send_after: number }, []>(
  "SELECT min(send_after) AS send_after FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL",
);

export interface KeptMailRow {
  id: string;
  kind: string;
  recipient: string;
  content: Uint8Array;
  created_at: number;
}

export const keptMails = all<KeptMailRow, [limit: number]>(
  `SELECT id, kind, recipient, content, created_at FROM outbox
   WHERE content IS NOT NULL ORDER BY id DESC LIMIT $1`,
);

export const deleteMailsOver = run<[before: number]>(
  "DELETE FROM outbox WHERE (sent_at IS NOT NULL AND sent_at < $1) OR (failed_at IS NOT NULL AND failed_at < $1)",
);
