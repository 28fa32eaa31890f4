import { open } from "../../platform/crypto/index.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";
import { HOUR, MINUTE } from "../../platform/time/index.ts";
import { createAttempts } from "./attempt.ts";
import { failureCode, failureSentence, isFinal } from "./failure.ts";
import type { Job, JobHandler } from "./job.ts";
import type { Mail, MailTransport } from "./mail.ts";
import type { OutboxOptions } from "./outbox.ts";
import {
  type DueMailRow,
  deleteMail,
  giveUpMail,
  MAIL_QUEUE,
  markSent,
  nextDue,
  retryMail,
  takeDue,
} from "./queries.ts";

export type MailContent = Pick<Mail, "subject" | "text" | "html" | "links" | "code">;

/** The lease: after this time another process may take the work. */
const LEASE_MS = 5 * MINUTE;
const RETRY_AFTER_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR];
/**
 * A power cut may undo a lease or a mark. Then one mail is sent twice, as after any crash between sending and marking.
 */
const relaxed = { durability: "relaxed" } as const;

interface WorkOptions extends Pick<OutboxOptions, "db" | "clock" | "keys" | "log" | "from"> {
  transport: MailTransport | undefined;
  jobs: ReadonlyMap<string, JobHandler>;
  attemptMs: number;
}

/** The steps of due work for work queues. */
export function createWork({ db, clock, keys, log, from, transport, jobs, attemptMs }: WorkOptions) {
  const attempts = transport && createAttempts(transport, attemptMs);

  const sent = (id: string) =>
    db.transaction((tx) => markSent(tx, id, clock.now(), transport === undefined ? 1 : 0), relaxed);

  async function giveUp({ id, queue, kind, attempts }: DueMailRow, why: string): Promise<void> {
    const what = queue === MAIL_QUEUE ? "mail" : "a job";
    log.error(
      { mail: id, kind, attempts },
      `${what} was given up: see \`latchkey outbox list --state failed\``,
    );
    await giveUpMail(db, id, attempts, clock.now(), why);
  }

  async function failed(row: DueMailRow, error: unknown, secrets: readonly string[]): Promise<void> {
    const { id, queue, kind, attempts } = row;
    const isMail = queue === MAIL_QUEUE;
    const why = failureSentence(error, secrets);
    const code = failureCode(error);
    const fields = { mail: id, kind, attempts, ...(code === undefined ? {} : { code }) };
    if (error instanceof ConfigurationError) log.error(fields, error.message);
    else log.warn(fields, isMail ? "mail was not sent" : "a job failed");
    const wait = RETRY_AFTER_MS[attempts - 1];
    // Only a mail server refuses permanently. A job is tried again, whatever its function throws.
    if (wait === undefined || (isMail && isFinal(error))) await giveUp(row, why);
    else await retryMail(db, id, attempts, clock.now() + wait, why);
  }

  /** The row's content. Null if the row is unusable; that is then recorded. */
  async function contentOf<Content>(row: DueMailRow): Promise<Content | null> {
    const text = row.content === null ? null : open(keys, "outbox", row.content);
    if (text === null) {
      await giveUp(row, "The key that sealed this mail is no longer in SECRET_KEYS.");
      return null;
    }
    return JSON.parse(text) as Content;
  }

  async function sendMail(row: DueMailRow): Promise<void> {
    const content = await contentOf<MailContent>(row);
    if (content === null) return;
    const { id, kind, recipient: to, created_at: createdAt } = row;
    try {
      await attempts?.send({ id, from, kind, to, createdAt, ...content }, async () => void (await sent(id)));
    } catch (error) {
      return failed(row, error, [...content.links, content.code ?? ""]);
    }
    await sent(id);
  }

  async function doJob(row: DueMailRow): Promise<void> {
    const data = await contentOf<Job["data"]>(row);
    if (data === null) return;
    const { kind } = row;
    try {
      const handler = jobs.get(kind);
      if (handler === undefined) throw new Error(`No function does jobs of the kind ${kind}.`);
      const job = { kind, to: row.recipient, data };
      if ("outside" in handler) {
        await handler.outside(job);
        await deleteMail(db, row.id);
        return;
      }
      await db.transaction(async (tx) => {
        // Of two processes one finds the row.
        if ((await deleteMail(tx, row.id)) === 1) await handler(tx, job);
      });
    } catch (error) {
      await failed(row, error, Object.values(data).map(String));
    }
  }

  return {
    /** The steps of the work queue of this name. */
    of: (queue: string) => ({
      take() {
        const now = clock.now();
        return db.transaction((tx) => takeDue(tx, queue, now, now + LEASE_MS), relaxed);
      },
      work: queue === MAIL_QUEUE ? sendMail : doJob,
      nextDue: async () => (await nextDue(db, queue))?.send_after ?? null,
    }),
    /** Aborts the running attempts. */
    abort: () => attempts?.abort(),
  };
}
