import { type KeyRing, open, seal, uuidv7 } from "../../platform/crypto/index.ts";
import type { Database, Transaction } from "../../platform/database/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import { type Clock, MINUTE, SECOND } from "../../platform/time/index.ts";
import type { Job, JobHandler } from "./job.ts";
import type { KeptMail, Mail, MailTransport, SendMail } from "./mail.ts";
import { oneLine } from "./one-line.ts";
import { insertMail, JOB_PREFIX, keptMails } from "./queries.ts";
import { createWork, type MailContent } from "./work.ts";
import { createWorkQueue } from "./work-queue.ts";

export interface Outbox {
  /** Puts a mail into the caller's transaction; it leaves after the commit, off the request's path. */
  enqueue(tx: Transaction, mail: Mail): Promise<void>;
  /** Puts a job into the caller's transaction; it is done after the commit, off the request's path. */
  enqueueJob(tx: Transaction, job: Job): Promise<void>;
  /** Says who does jobs of a kind. Once for each, before `start`. */
  onJob(kind: string, handler: JobHandler): void;
  /** Does the jobs and sends the mail that are due now; resolves when nothing due is left. */
  deliver(): Promise<void>;
  /** Whether sent mail stays readable (development and tests only). */
  readonly keepsMail: boolean;
  /** Mail still readable, newest first; none where a transport sends it. */
  kept(limit?: number): Promise<KeptMail[]>;
  /** Takes up what was left by an earlier run or put in by another process; otherwise that is seen within a minute. */
  start(): void;
  /** Begins nothing new, waits up to ten seconds for what is being sent, cuts off the rest and closes the transport. */
  stop(): Promise<void>;
}

export interface OutboxOptions {
  db: Database;
  clock: Clock;
  keys: KeyRing;
  log: Logger;
  from: string;
  transport: MailTransport | SendMail | undefined;
  /** Without a transport: mail counts as sent and stays readable (development). Else it waits for a transport. */
  keepMail: boolean;
  /** Mails sent at once. Default 4: enough to keep the pace with a server that answers within 30 ms. */
  senders?: number;
  /** An attempt that takes longer has failed. Default 2 minutes; shorter than the lease, or two would send at once. */
  attemptMs?: number;
  /** How long `stop` waits for what is being sent. Default 10 seconds. */
  stopMs?: number;
}

const SENDERS = 4;
/** A queue of a thousand leaves in eight seconds; at full speed it takes one, in which requests wait (bench/mail.ts). */
const MIN_SPACING_MS = 8;
const ATTEMPT_MS = 2 * MINUTE;
const STOP_MS = 10 * SECOND;
/** What was cut off may still write down that it failed. */
const CUT_OFF_MS = SECOND;

/** Resolves with `work`, or after `limitMs` without it. */
async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([work, over]);
  clearTimeout(timer);
}

/**
 * The queue of outgoing mail, and of jobs that decide about mail. Content is sealed at rest, since its links are live
 * secrets (row KY-03). Mails and jobs have lanes of their own: a slow mail server delays no job.
 *
 * A mail is taken for five minutes, sent, and marked as sent. Where the process dies between sending and marking it is
 * sent once more, under the same id; nothing else sends a mail twice.
 */
export function createOutbox(options: OutboxOptions): Outbox {
  const { db, clock, keys, log, keepMail, senders = SENDERS, stopMs = STOP_MS } = options;
  const transport = typeof options.transport === "function" ? { send: options.transport } : options.transport;
  const jobs = new Map<string, JobHandler>();
  const work = createWork({
    ...options,
    from: oneLine(options.from),
    transport,
    jobs,
    attemptMs: options.attemptMs ?? ATTEMPT_MS,
  });
  const onError = (error: unknown) =>
    log.warn({ error: String(error) }, "the outbox could not be worked; trying again");
  const mailQueue = createWorkQueue({
    workers: senders,
    minSpacingMs: transport === undefined ? 0 : MIN_SPACING_MS,
    clock,
    ...work.mails,
    onError,
  });
  const jobQueue = createWorkQueue({ workers: 1, clock, ...work.jobs, onError });
  const canSend = transport !== undefined || keepMail;
  let stopping: Promise<void> | undefined;

  function insert(tx: Transaction, kind: string, to: string, userId: string | null, content: object) {
    const now = clock.now();
    return insertMail(tx, uuidv7(now), kind, to, seal(keys, "outbox", JSON.stringify(content)), now, userId);
  }

  function wakeMails(): void {
    if (canSend) mailQueue.wake();
  }

  async function stop(): Promise<void> {
    const finished = Promise.all([mailQueue.stop(), jobQueue.stop()]);
    await within(stopMs, finished);
    work.abort();
    await within(CUT_OFF_MS, finished);
    try {
      await transport?.close?.();
    } catch (error) {
      log.warn({ error: String(error) }, "the mail transport could not be closed");
    }
  }

  return {
    keepsMail: transport === undefined && keepMail,
    async enqueue(tx, { kind, to, userId, ...content }) {
      await insert(tx, kind, to, userId ?? null, content);
      tx.afterCommit(wakeMails);
    },
    async enqueueJob(tx, { kind, to, data }) {
      await insert(tx, JOB_PREFIX + kind, to, null, data);
      tx.afterCommit(jobQueue.wake);
    },
    onJob(kind, handler) {
      if (jobs.has(kind)) throw new TypeError(`jobs of the kind ${kind} are done already`);
      jobs.set(kind, handler);
    },
    async deliver() {
      await jobQueue.drain();
      if (canSend) await mailQueue.drain();
    },
    async kept(limit = 100) {
      // Mail on its way to its recipient is nobody else's to read.
      if (transport !== undefined) return [];
      const rows = await keptMails(db, limit);
      return rows.flatMap(({ id, kind, recipient, content, created_at }) => {
        const text = open(keys, "outbox", content);
        if (text === null) return [];
        return [{ id, kind, to: recipient, ...(JSON.parse(text) as MailContent), sentAt: created_at }];
      });
    },
    start() {
      jobQueue.wake();
      wakeMails();
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
