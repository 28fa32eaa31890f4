import { type KeyRing, open, seal, uuidv7 } from "../../platform/crypto/index.ts";
import type { Database, Transaction } from "../../platform/database/index.ts";
import { type Clock, HOUR, MINUTE } from "../../platform/time/index.ts";
import type { Logger } from "../core.ts";
import { giveUpMail, insertMail, keptMails, markSent, nextDue, retryMail, takeDueMail } from "./queries.ts";

/** One message to one person. */
export interface Mail {
  /** What it is about, for example `confirm_email`. */
  kind: string;
  /** Exactly one address, the stored one. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The links it holds, for the development mailbox and tests. */
  links: string[];
  /** A code it holds, if any. */
  code?: string;
}

/** How mail leaves. Rejecting means "try again later". */
export interface MailTransport {
  send(mail: Mail & { id: string; from: string }): Promise<void>;
}

/** A mail the development mailbox shows. */
export interface KeptMail extends Mail {
  id: string;
  /** UTC milliseconds. */
  sentAt: number;
}

export interface Outbox {
  /** Puts a mail into the caller's transaction; it leaves after the commit, off the request's path. */
  enqueue(tx: Transaction, mail: Mail): Promise<void>;
  /** Sends what is due now and resolves when nothing due is left. */
  deliver(): Promise<void>;
  /** Whether sent mail stays readable (development and tests only). */
  readonly keepsMail: boolean;
  /** Mail still readable, newest first; none where a transport sends it. */
  kept(limit?: number): Promise<KeptMail[]>;
  /** Takes up mail left by an earlier run. */
  start(): void;
  stop(): Promise<void>;
}

interface OutboxOptions {
  db: Database;
  clock: Clock;
  keys: KeyRing;
  log: Logger;
  from: string;
  transport: MailTransport | undefined;
  /** Without a transport: mail counts as sent and stays readable (development). Else it waits for a transport. */
  keepMail: boolean;
}

const LEASE_MS = 5 * MINUTE;
const RETRY_AFTER_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR];
const LONGEST_SLEEP_MS = MINUTE;
const MAXIMUM_ERROR = 300;

/** The queue of outgoing mail. Content is sealed at rest, since its links are live secrets (row KY-03). */
export function createOutbox({ db, clock, keys, log, from, transport, keepMail }: OutboxOptions): Outbox {
  let delivering: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;

  function unseal(
    content: Uint8Array | null,
  ): Pick<Mail, "subject" | "text" | "html" | "links" | "code"> | null {
    const text = content === null ? null : open(keys, "outbox", content);
    return text === null ? null : JSON.parse(text);
  }

  async function sendOne(): Promise<boolean> {
    const now = clock.now();
    const row = await takeDueMail(db, now, now + LEASE_MS);
    if (row === undefined) return false;
    const content = unseal(row.content);
    if (content === null) {
      await giveUpMail(db, row.id, now, "The key that sealed this mail is no longer in SECRET_KEYS.");
      log.error({ mail: row.id, kind: row.kind }, "mail can't be opened: its key is no longer configured");
      return true;
    }
    try {
      await transport?.send({ id: row.id, from, kind: row.kind, to: row.recipient, ...content });
      await markSent(db, row.id, clock.now(), transport === undefined ? 1 : 0);
    } catch (error) {
      await failed(row.id, row.kind, row.attempts, error);
    }
    return true;
  }

  async function failed(id: string, kind: string, attempts: number, error: unknown): Promise<void> {
    // Mail servers quote what they refuse, and a mail's links are live secrets (row KY-03).
    const message = String((error as Error)?.message ?? error)
      .replace(/[A-Za-z0-9_-]{32,}/g, "…")
      .slice(0, MAXIMUM_ERROR);
    const wait = RETRY_AFTER_MS[attempts - 1];
    log.warn({ mail: id, kind, attempts }, "mail was not sent");
    if (wait === undefined) await giveUpMail(db, id, clock.now(), message);
    else await retryMail(db, id, clock.now() + wait, message);
  }

  async function work(): Promise<void> {
    if (transport === undefined && !keepMail) return;
    do {
      again = false;
      while (!stopped && (await sendOne()));
    } while (again && !stopped);
    const next = stopped ? undefined : (await nextDue(db))?.send_after;
    if (typeof next === "number") sleepUntil(next);
  }

  function sleepUntil(time: number): void {
    if (timer !== null) clearTimeout(timer);
    const wait = Math.min(Math.max(time - clock.now(), 0), LONGEST_SLEEP_MS);
    timer = setTimeout(wake, wait).unref();
  }

  function deliver(): Promise<void> {
    if (delivering !== null) again = true;
    delivering ??= work()
      .catch((error: unknown) => {
        log.warn({ error: String(error) }, "the outbox could not be worked; trying again");
        if (!stopped) sleepUntil(clock.now() + LONGEST_SLEEP_MS);
      })
      .finally(() => {
        delivering = null;
      });
    return delivering;
  }

  function wake(): void {
    // In its own turn, so that the answer to the request leaves first and takes the same time either way.
    setImmediate(() => {
      if (!stopped) void deliver();
    });
  }

  return {
    keepsMail: transport === undefined && keepMail,
    async enqueue(tx, { kind, to, ...content }) {
      const now = clock.now();
      await insertMail(tx, uuidv7(now), kind, to, seal(keys, "outbox", JSON.stringify(content)), now);
      tx.afterCommit(wake);
    },
    async deliver() {
      await deliver();
      if (delivering !== null) await delivering;
    },
    async kept(limit = 100) {
      // Mail on its way to its recipient is nobody else's to read.
      if (transport !== undefined) return [];
      const rows = await keptMails(db, limit);
      return rows.flatMap((row) => {
        const content = unseal(row.content);
        if (content === null) return [];
        return [{ id: row.id, kind: row.kind, to: row.recipient, ...content, sentAt: row.created_at }];
      });
    },
    start: wake,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await delivering;
    },
  };
}
