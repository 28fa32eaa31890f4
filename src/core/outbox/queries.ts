import { all, one, returningOne, run } from "../../platform/database/index.ts";

/** The prefix of the kinds of jobs in the table, which mails and jobs share. */
export const JOB_PREFIX = "errand:";

// Word for word as in the index of jobs; otherwise SQLite doesn't use it.
const waits = "sent_at IS NULL AND failed_at IS NULL";
const isJob = "substr(kind, 1, 7) = 'errand:'";

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
  created_at: number;
  attempts: number;
}

/** Takes the next one that is due, until `leaseUntil`. Of two processes, one gets it. */
function takeDue(which: string) {
  return returningOne<DueMailRow, [now: number, leaseUntil: number]>(
    `UPDATE outbox SET send_after = $2, attempts = attempts + 1
     WHERE id = (SELECT id FROM outbox WHERE ${waits} AND send_after <= $1 AND ${which}
                 ORDER BY send_after, id LIMIT 1)
     RETURNING id, kind, recipient, content, created_at, attempts`,
  );
}

export const takeDueMail = takeDue(`NOT ${isJob}`);
export const takeDueJob = takeDue(isJob);

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

export const nextDueMail = one<{ send_after: number | null }, []>(
  `SELECT min(send_after) AS send_after FROM outbox WHERE ${waits} AND NOT ${isJob}`,
);

export const nextDueJob = one<{ send_after: number | null }, []>(
  `SELECT min(send_after) AS send_after FROM outbox WHERE ${waits} AND ${isJob}`,
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
   WHERE content IS NOT NULL AND NOT ${isJob} ORDER BY id DESC LIMIT $1`,
);

export const deleteExpiredMails = run<[before: number]>(
  "DELETE FROM outbox WHERE (sent_at IS NOT NULL AND sent_at < $1) OR (failed_at IS NOT NULL AND failed_at < $1)",
);

export interface QueuedMailRow {
  id: string;
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
    `SELECT id, kind, recipient, created_at, send_after, attempts, sent_at, failed_at, last_error
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
