import { type KeyRing, open, seal, uuidv7 } from "../../platform/crypto/index.ts";
import type { Database, Transaction } from "../../platform/database/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import { type Clock, MINUTE, SECOND, within } from "../../platform/time/index.ts";
import { type JobHandler, jobQueues, type NewJob } from "./job.ts";
import type { KeptMail, Mail, MailTransport, SendMail } from "./mail.ts";
import { oneLine } from "./one-line.ts";
import { deleteUnsentMail, insertMail, keptMails, MAIL_QUEUE } from "./queries.ts";
import { createWork, type MailContent } from "./work.ts";
import { createWorkQueue } from "./work-queue.ts";

export interface Outbox {
  /** Whether mail is sent or stays readable. Without a transport in production it waits for one. */
  readonly canSend: boolean;
  /** Adds a mail in the caller's transaction. It is sent after the commit, off the request's path. */
  enqueue(tx: Transaction, mail: Mail): Promise<void>;
  /** Adds a mail that is sent after this delay. Returns its id, for `withdraw`. */
  enqueueLater(tx: Transaction, mail: Mail, delayMs: number): Promise<string>;
  /** Withdraws an unsent mail. */
  withdraw(tx: Transaction, id: string): Promise<void>;
  /** Adds a job in the caller's transaction. It runs after the commit, off the request's path. */
  enqueueJob(tx: Transaction, job: NewJob): Promise<void>;
  /** Registers the functions that do jobs, once for each kind, before `start`. */
  onJob(kind: string, handler: JobHandler): void;
  /** Does the jobs and sends the mail that are due now. Resolves when none is due any more. */
  deliver(): Promise<void>;
  /** Mail that is still readable, newest first. Empty if a transport sends it. */
  kept(): Promise<KeptMail[]>;
  /**
   * Takes up work that an earlier run left or another process added. Without this call, the outbox sees it within a
   * minute.
   */
  start(): void;
  /** Starts no attempt, waits up to ten seconds for running ones, aborts the rest and closes the transport. */
  stop(): Promise<void>;
}

export interface OutboxOptions {
  db: Database;
  clock: Clock;
  keys: KeyRing;
  log: Logger;
  from: string;
  transport: MailTransport | SendMail | undefined;
  /**
   * Without a transport: mail counts as sent and stays readable (development). Otherwise it waits for a transport.
   */
  keepMail: boolean;
  /** Mails sent at once. Default 4: enough for a server that answers within 30 ms. */
  senders?: number;
  /**
   * An attempt fails after this time. Default 2 minutes. It must be shorter than the lease, or two processes would send
   * at once.
   */
  attemptMs?: number;
  /** The longest wait of `stop` for running attempts. Default 10 seconds. */
  stopMs?: number;
}

const SENDERS = 4;
/** Kept mails that can be read, for development. */
const MOST_KEPT = 100;
/**
 * With this spacing a thousand mails take eight seconds. At full speed they take one, but requests wait
 * (bench/mail.ts).
 */
const MIN_SPACING_MS = 8;
const ATTEMPT_MS = 2 * MINUTE;
const STOP_MS = 10 * SECOND;
/** Time for aborted attempts to record their failure. */
const CUT_OFF_MS = SECOND;

/**
 * The queue of outgoing mail, and of jobs that decide about mail. Content is sealed at rest, since its links are live
 * secrets. Mails and each kind of job have separate work queues. A slow mail server delays no job, and a slow listener
 * delays neither.
 *
 * A mail is leased for five minutes, sent, and marked as sent. If the process dies between sending and marking, the
 * mail is sent again, under the same id. No other case sends a mail twice.
 *
 * @see Row KY-03
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
    ...work.of(MAIL_QUEUE),
    onError,
  });
  const queuesOfJobs = new Map(
    jobQueues.map((name) => [name, createWorkQueue({ workers: 1, clock, ...work.of(name), onError })]),
  );
  const canSend = transport !== undefined || keepMail;
  const running = [...queuesOfJobs.values(), ...(canSend ? [mailQueue] : [])];
  let stopping: Promise<void> | undefined;

  async function insert(
    tx: Transaction,
    queue: string,
    { kind, to, userId = null }: { kind: string; to: string; userId?: string | null | undefined },
    content: object,
    delayMs = 0,
  ): Promise<string> {
    const now = clock.now();
    const id = uuidv7(now);
    const sealed = seal(keys, "outbox", JSON.stringify(content));
    await insertMail(tx, id, queue, kind, to, sealed, now, userId, now + delayMs);
    return id;
  }

  async function insertOutgoing(
    tx: Transaction,
    { kind, to, userId, ...content }: Mail,
    delayMs: number,
  ): Promise<string> {
    const id = await insert(tx, MAIL_QUEUE, { kind, to, userId }, content, delayMs);
    if (canSend) tx.afterCommit(mailQueue.wake);
    return id;
  }

  async function stop(): Promise<void> {
    const finished = Promise.all(running.map((queue) => queue.stop()));
    await within<unknown>(stopMs, finished, () => undefined);
    work.abort();
    await within<unknown>(CUT_OFF_MS, finished, () => undefined);
    try {
      await transport?.close?.();
    } catch (error) {
      log.warn({ error: String(error) }, "the mail transport could not be closed");
    }
  }

  return {
    canSend,
    enqueue: async (tx, mail) => void (await insertOutgoing(tx, mail, 0)),
    enqueueLater: insertOutgoing,
    withdraw: async (tx, id) => void (await deleteUnsentMail(tx, id)),
    async enqueueJob(tx, { queue = "jobs", data, ...about }) {
      await insert(tx, queue, about, data);
      tx.afterCommit(() => queuesOfJobs.get(queue)?.wake());
    },
    onJob(kind, handler) {
      if (jobs.has(kind)) throw new TypeError(`jobs of the kind ${kind} are done already`);
      jobs.set(kind, handler);
    },
    async deliver() {
      // The work of one queue may add work to another: the mail of a job, the job of a listener.
      let worked = true;
      while (worked) worked = (await Promise.all(running.map((queue) => queue.drain()))).includes(true);
    },
    async kept() {
      // If a transport sends mail, only the recipient may read it.
      if (transport !== undefined) return [];
      const rows = await keptMails(db, clock.now(), MOST_KEPT);
      return rows.flatMap(({ id, kind, recipient, content, created_at }) => {
        const text = open(keys, "outbox", content);
        if (text === null) return [];
        return [{ id, kind, to: recipient, ...(JSON.parse(text) as MailContent), sentAt: created_at }];
      });
    },
    start() {
      for (const queue of running) queue.wake();
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
