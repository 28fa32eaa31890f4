import type { Core } from "../core.ts";
import { type QueuedMailRow, queuedMails, reviveMail, reviveMails } from "./queries.ts";

/** A mail (or a job, `errand:…`) as operators see it, without its content. */
export interface QueuedMail {
  id: string;
  kind: string;
  to: string;
  state: "waiting" | "failed" | "sent";
  /** UTC milliseconds, as all times here. */
  createdAt: number;
  /** The number of attempts so far. */
  attempts: number;
  /**
   * The time of the next try. While a process sends it, the time when another one would try. Null unless it waits.
   */
  nextAttemptAt: number | null;
  sentAt: number | null;
  failedAt: number | null;
  /** The failure of the last attempt, without parts that look like a secret. */
  lastError: string | null;
}

export interface QueuedMailQuery {
  /** `waiting`, `failed`, or `all`, which includes mail sent in the last days. Default: waiting and failed. */
  state?: "waiting" | "failed" | "all" | undefined;
  /** Default 50, at most 1,000. */
  limit?: number | undefined;
}

/** Operations on mail that doesn't leave. */
export interface OutboxAdministration {
  /** Newest first. */
  list(query?: QueuedMailQuery): Promise<QueuedMail[]>;
  /** Makes a failed mail due again, with all its attempts. False if no failed mail has the id. */
  retry(id: string): Promise<boolean>;
  /** The same for all failed mails. Returns how many. */
  retryAll(): Promise<number>;
}

const LIMIT = 50;
const MAXIMUM_LIMIT = 1000;

function view(row: QueuedMailRow): QueuedMail {
  const state = row.sent_at !== null ? "sent" : row.failed_at !== null ? "failed" : "waiting";
  return {
    id: row.id,
    kind: row.kind,
    to: row.recipient,
    state,
    createdAt: row.created_at,
    attempts: row.attempts,
    nextAttemptAt: state === "waiting" ? row.send_after : null,
    sentAt: row.sent_at,
    failedAt: row.failed_at,
    lastError: row.last_error,
  };
}

/** The operations on this core. Each waits for `ready` first. */
export function createOutboxAdministration(core: Core, ready: () => Promise<void>): OutboxAdministration {
  return {
    async list({ state, limit = LIMIT } = {}) {
      await ready();
      const rows = await queuedMails[state ?? "unsent"](core.db, Math.min(limit, MAXIMUM_LIMIT));
      return rows.map(view);
    },
    async retry(id) {
      await ready();
      const revived = await reviveMail(core.db, id, core.clock.now());
      core.outbox.start();
      return revived === 1;
    },
    async retryAll() {
      await ready();
      const revived = await reviveMails(core.db, core.clock.now());
      core.outbox.start();
      return revived;
    },
  };
}
