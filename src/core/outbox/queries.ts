import { all, one, returningOne, run } from "../../platform/database/index.ts";

/** The queue of mails. The same table holds the queues of jobs. */
export const MAIL_QUEUE = "mail";

// Exactly as in the index of the queues. Otherwise SQLite doesn't use it.
const waits = "sent_at IS NULL AND failed_at IS NULL";
const isMail = `queue = '${MAIL_QUEUE}'`;

export const insertMail = run<
  [
    id: string,
    queue: string,
    kind: string,
    recipient: string,
    content: Uint8Array,
    now: number,
    userId: string | null,
    sendAfter: number,
  ]
>(
  `INSERT INTO outbox (id, queue, kind, recipient, content, created_at, send_after, user_id)
   VALUES ($1, $2, $3, $4, $5, $6, $8, $7)`,
);

export const deleteMail = run<[id: string]>("DELETE FROM outbox WHERE id = $1");

export const deleteUnsentMail = run<[id: string]>("DELETE FROM outbox WHERE id = $1 AND sent_at IS NULL");

/** Mails of one kind to an account's owner, sent or waiting. */
export const countMails = one<{ count: number }, [userId: string, kind: string, since: number]>(
  `SELECT count(*) AS count FROM outbox WHERE user_id = $1 AND kind = $2 AND created_at > $3 AND ${isMail}`,
);

export interface DueMailRow {
  id: string;
  queue: string;
  kind: string;
  recipient: string;
  content: Uint8Array | null;
  created_at: number;
  attempts: number;
}

/** Takes the next due row of a queue, until `leaseUntil`. Of two processes one gets it. */
export const takeDue = returningOne<DueMailRow, [queue: string, now: number, leaseUntil: number]>(
  `UPDATE outbox SET send_after = $3, attempts = attempts + 1
   WHERE id = (SELECT id FROM outbox WHERE ${waits} AND queue = $1 AND send_after <= $2
               ORDER BY send_after, id LIMIT 1)
   RETURNING id, queue, kind, recipient, content, created_at, attempts`,
);

/** Drops the content of a sent mail: its links would be live secrets at rest. The development mailbox keeps it. */
export const markSent = run<[id: string, now: number, keepContent: number]>(
  `UPDATE outbox SET sent_at = $2, failed_at = NULL, last_error = NULL,
     content = CASE WHEN $3 = 1 THEN content END
   WHERE id = $1`,
);

// The number of the attempt shows whether another process took it since.

export const retryMail = run<[id: string, attempt: number, sendAfter: number, error: string]>(
  `UPDATE outbox SET send_after = $3, last_error = $4 WHERE id = $1 AND attempts = $2 AND ${waits}`,
);

export const giveUpMail = run<[id: string, attempt: number, now: number, error: string]>(
  `UPDATE outbox SET failed_at = $3, last_error = $4 WHERE id = $1 AND attempts = $2 AND ${waits}`,
);

export const nextDue = one<{ send_after: number | null }, [queue: string]>(
  `SELECT min(send_after) AS send_after FROM outbox WHERE ${waits} AND queue = $1`,
);

export interface KeptMailRow {
  id: string;
  kind: string;
  recipient: string;
  content: Uint8Array;
  created_at: number;
}

/** Hides a delayed mail before its time. After an attempt, a lease or a retry moves that time again. */
export const keptMails = all<KeptMailRow, [now: number, limit: number]>(
  `SELECT id, kind, recipient, content, created_at FROM outbox
   WHERE content IS NOT NULL AND ${isMail} AND (send_after <= $1 OR attempts > 0) ORDER BY id DESC LIMIT $2`,
);

export interface AccountMailRow {
  id: string;
  kind: string;
  recipient: string;
  created_at: number;
  sent_at: number | null;
}

/** Stored mail about an account, newest first, from the one before `before` on. Never its content. */
export const mailsOfUser = all<AccountMailRow, [userId: string, before: string, limit: number]>(
  `SELECT id, kind, recipient, created_at, sent_at FROM outbox
   WHERE user_id = $1 AND id < $2 AND ${isMail} ORDER BY id DESC LIMIT $3`,
);

export const deleteExpiredMails = run<[before: number]>(
  "DELETE FROM outbox WHERE (sent_at IS NOT NULL AND sent_at < $1) OR (failed_at IS NOT NULL AND failed_at < $1)",
);

export interface QueuedMailRow {
  id: string;
  queue: string;
  kind: string;
  recipient: string;
  created_at: number;
  send_after: number;
  attempts: number;
  sent_at: number | null;
  failed_at: number | null;
  last_error: string | null;
}

function queued(which: string) {
  return all<QueuedMailRow, [limit: number]>(
    `SELECT id, queue, kind, recipient, created_at, send_after, attempts, sent_at, failed_at, last_error
     FROM outbox WHERE ${which} ORDER BY id DESC LIMIT $1`,
  );
}

export const queuedMails = {
  unsent: queued("sent_at IS NULL"),
  waiting: queued(waits),
  failed: queued("failed_at IS NOT NULL"),
  all: queued("1 = 1"),
};

export const reviveMail = run<[id: string, now: number]>(
  "UPDATE outbox SET failed_at = NULL, attempts = 0, send_after = $2 WHERE id = $1 AND failed_at IS NOT NULL",
);

export const reviveMails = run<[now: number]>(
  "UPDATE outbox SET failed_at = NULL, attempts = 0, send_after = $1 WHERE failed_at IS NOT NULL",
);
