import type { Core } from "../core.ts";
import { type QueuedMailRow, queuedMails, reviveMail, reviveMails } from "./queries.ts";

/** A mail (or a job, `errand:…`) as operators see it: never its content. */
export interface QueuedMail {
  id: string;
  kind: string;
  to: string;
  state: "waiting" | "failed" | "sent";
  /** UTC milliseconds, as all times here. */
  createdAt: number;
  /** How often sending it began. */
  attempts: number;
  /** When it is tried next; while it is being sent, when somebody else would try. Null unless it waits. */
  nextAttemptAt: number | null;
  sentAt: number | null;
  failedAt: number | null;
  /** What the last attempt met, without what looks like a secret. */
  lastError: string | null;
}

export interface QueuedMailQuery {
  /** `waiting`, `failed`, or `all` with what was sent in the last days. Default: what hasn't left, waiting or failed. */
  state?: "waiting" | "failed" | "all" | undefined;
  /** Default 50, at most 1,000. */
  limit?: number | undefined;
}

/** What operators do with mail that doesn't leave. */
export interface OutboxAdministration {
  /** Newest first. */
  list(query?: QueuedMailQuery): Promise<QueuedMail[]>;
  /** Makes a failed one due again, with all its attempts; false where no failed one has the id. */
  retry(id: string): Promise<boolean>;
  /** The same for all that failed; returns how many. */
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

/** The operations on this core; each waits for `ready` first. */
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
