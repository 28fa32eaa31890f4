import * as v from "valibot";
import { operation, operator } from "../operations/index.ts";
import { pageLimit } from "../page-limit.ts";
import { MAIL_QUEUE, type QueuedMailRow, queuedMails, reviveMail, reviveMails } from "./queries.ts";

/** A mail (or a job, `job:…`) as operators see it: never its content. */
export interface QueuedMail {
  id: string;
  kind: string;
  to: string;
  state: "waiting" | "failed" | "sent";
  /** UTC milliseconds, as all times here. */
  createdAt: number;
  /** The number of attempts. */
  attempts: number;
  /** The time of the next attempt. During an attempt, the time when another process would try. Null unless it waits. */
  nextAttemptAt: number | null;
  sentAt: number | null;
  failedAt: number | null;
  /** The error of the last attempt, without text that looks like a secret. */
  lastError: string | null;
}

/** The filters of a list of mails and jobs. */
export interface QueuedMailQuery {
  /** `waiting`, `failed`, or `all` with those sent in the last days. Default: unsent ones, waiting or failed. */
  state?: "waiting" | "failed" | "all" | undefined;
  /** Default 50, at most 1,000. */
  limit?: number | undefined;
}

const LIMIT = 50;
const MAXIMUM_LIMIT = 1000;

function view(row: QueuedMailRow): QueuedMail {
  const state = row.sent_at !== null ? "sent" : row.failed_at !== null ? "failed" : "waiting";
  return {
    id: row.id,
    kind: row.queue === MAIL_QUEUE ? row.kind : `job:${row.kind}`,
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

export const listMail = operation({
  summary: "Unsent mail and waiting jobs, newest first",
  access: operator,
  input: v.object({
    state: v.optional(v.picklist(["waiting", "failed", "all"])),
    limit: v.optional(v.number("wrong_type"), LIMIT),
  }),
  async run(core, { state, limit }) {
    const rows = await queuedMails[state ?? "unsent"](core.db, pageLimit(limit, MAXIMUM_LIMIT));
    return { mails: rows.map(view) };
  },
});

export const retryMail = operation({
  summary: "Makes a failed mail due again, with all its attempts",
  access: operator,
  input: v.object({ id: v.string("wrong_type") }),
  async run(core, { id }) {
    const revived = await reviveMail(core.db, id, core.clock.now());
    core.outbox.start();
    return { retried: revived === 1 };
  },
});

export const retryAllMail = operation({
  summary: "Makes all failed mail due again",
  access: operator,
  async run(core) {
    const retried = await reviveMails(core.db, core.clock.now());
    core.outbox.start();
    return { retried };
  },
});
