import { type KeyRing, open, seal, uuidv7 } from "../../platform/crypto/index.ts";
import type { Database, Transaction } from "../../platform/database/index.ts";
import { type Clock, HOUR, MINUTE } from "../../platform/time/index.ts";
import type { Core, Logger } from "../core.ts";
import {
  type DueMailRow,
  deleteMail,
  giveUpMail,
  insertMail,
  keptMails,
  markSent,
  nextDue,
  retryMail,
  takeDueMail,
} from "./queries.ts";

/** One message to one person. */
export interface Mail {
  /** What it is about, for example `confirm_email`. */
  kind: string;
  /** Exactly one address, the stored one. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Whose it is; it goes when the account goes. Left out where there is no account. */
  userId?: string;
  /** The links it holds, for the development mailbox and tests. */
  links: string[];
  /** A code it holds, if any. */
  code?: string;
}

/** How mail leaves. Rejecting means "try again later". */
export interface MailTransport {
  send(mail: Mail & { id: string; from: string }): Promise<void>;
}

/**
 * What has to be looked up before it is known whether there is a mail, and which one. It is kept beside the mails and done
 * off the request's path, so that an answer takes the same time whether an account exists or not (row TH-02).
 */
export interface Errand {
  /** Which errand it is, for example `forgot_password`. */
  kind: string;
  /** The address that was typed, as its owner would write it. */
  to: string;
  /** What the errand needs to know. Sealed at rest. */
  data: Record<string, string | null>;
}

/** Does an errand in one transaction, in which it puts mails into the outbox or doesn't. Rejecting means "try again later". */
export type ErrandHandler = (tx: Transaction, errand: Errand) => Promise<void>;

/** Kinds of errands and who does them, as feature rooms declare them. */
export type Errands = Readonly<
  Record<string, (core: Core, tx: Transaction, errand: Errand) => Promise<void>>
>;

/** A mail the development mailbox shows. */
export interface KeptMail extends Mail {
  id: string;
  /** UTC milliseconds. */
  sentAt: number;
}

export interface Outbox {
  /** Puts a mail into the caller's transaction; it leaves after the commit, off the request's path. */
  enqueue(tx: Transaction, mail: Mail): Promise<void>;
  /** Puts an errand into the caller's transaction; it is done after the commit, off the request's path. */
  defer(tx: Transaction, errand: Errand): Promise<void>;
  /** Says who does errands of a kind. Once for each, before `start`. */
  onErrand(kind: string, handler: ErrandHandler): void;
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

type MailContent = Pick<Mail, "subject" | "text" | "html" | "links" | "code">;

/** How the kinds of errands begin in the table, where mails and errands wait together. */
const ERRAND = "errand:";

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

  const errands = new Map<string, ErrandHandler>();

  function unseal<Content>(content: Uint8Array | null): Content | null {
    const text = content === null ? null : open(keys, "outbox", content);
    return text === null ? null : JSON.parse(text);
  }

  function insert(tx: Transaction, kind: string, to: string, userId: string | null, content: object) {
    const now = clock.now();
    const sealed = seal(keys, "outbox", JSON.stringify(content));
    return insertMail(tx, uuidv7(now), kind, to, sealed, now, userId);
  }

  async function doErrand(row: DueMailRow, data: Errand["data"]): Promise<void> {
    const kind = row.kind.slice(ERRAND.length);
    const handler = errands.get(kind);
    if (handler === undefined) throw new Error(`nobody does errands of the kind ${kind}`);
    await db.transaction(async (tx) => {
      // Of two processes one finds it still there.
      if ((await deleteMail(tx, row.id)) === 1) await handler(tx, { kind, to: row.recipient, data });
    });
  }

  async function sendMail(row: DueMailRow, content: MailContent): Promise<void> {
    await transport?.send({ id: row.id, from, kind: row.kind, to: row.recipient, ...content });
    await markSent(db, row.id, clock.now(), transport === undefined ? 1 : 0);
  }

  async function sendOne(): Promise<boolean> {
    const now = clock.now();
    const row = await takeDueMail(db, now, now + LEASE_MS);
    if (row === undefined) return false;
    const content = unseal<object>(row.content);
    if (content === null) {
      await giveUpMail(db, row.id, now, "The key that sealed this mail is no longer in SECRET_KEYS.");
      log.error({ mail: row.id, kind: row.kind }, "mail can't be opened: its key is no longer configured");
      return true;
    }
    try {
      if (row.kind.startsWith(ERRAND)) await doErrand(row, content as Errand["data"]);
      else await sendMail(row, content as MailContent);
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
    async enqueue(tx, { kind, to, userId, ...content }) {
      await insert(tx, kind, to, userId ?? null, content);
      tx.afterCommit(wake);
    },
    async defer(tx, { kind, to, data }) {
      await insert(tx, ERRAND + kind, to, null, data);
      tx.afterCommit(wake);
    },
    onErrand(kind, handler) {
      if (errands.has(kind)) throw new TypeError(`errands of the kind ${kind} are done already`);
      errands.set(kind, handler);
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
        const content = row.kind.startsWith(ERRAND) ? null : unseal<MailContent>(row.content);
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
