import type { Transaction } from "../../platform/database/index.ts";
import { fieldError } from "../../platform/errors/index.ts";
import { type AuditEvent, logEvent, readableUserAgent, recordEvent } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { consumeOrThrow, mailRequests, mailsTo, recordsOfStrangers } from "../counters/index.ts";
import type { Job, Jobs } from "../outbox/index.ts";
import { emailKeyOf, parseEmailAddress } from "../users/index.ts";

/** Somebody asked for a mail to an address that may have an account or not. */
export interface MailRequest {
  /** The job that finds out whether a mail is due, for example `forgot_password`. */
  job: string;
  /** What is recorded. It has no subject, since nobody is looked up. */
  event: AuditEvent;
  /** The address as it was typed. */
  typed: string;
  /** What else the job needs to know. */
  data?: Job["data"] | undefined;
}

/** A mail that a job decides about. */
interface DeferredMail extends Pick<MailRequest, "job" | "data"> {
  /** The address as its owner writes it. */
  to: string;
}

/** What a job knows about the request behind it. */
export interface AskedMail {
  /** The canonical address. */
  emailKey: string;
  /** Where and on which device it was asked. */
  facts: RequestFacts;
  /** When, in UTC milliseconds. */
  time: number;
  /** What the request gave it along. */
  data: Job["data"];
}

/**
 * Takes a request for a mail. It does the same few statements for every address, and looks nobody up: what depends on an
 * account is a job, done after the answer (rows RS-01, VE-04), and so is the cap of the address (`consumeMailQuota`). Throws
 * `invalid_input` for what is no address, and `too_many_attempts` for the client address.
 */
export async function requestMail(
  core: Core,
  { job, event, typed, data }: MailRequest,
  facts: RequestFacts,
): Promise<void> {
  const email = parseEmailAddress(typed);
  if (email === null) throw fieldError("email", "invalid_email");
  await countMailRequest(core, facts);
  await core.db.transaction(async (tx) => {
    if (await core.counters.takeIn(tx, recordsOfStrangers(core)))
      await recordEvent(core, tx, { event, facts });
    else tx.afterCommit(() => logEvent(core, { event, facts }));
    await deferMail(core, tx, { job, to: email.address, data }, facts);
  });
}

/** Counts a request for a mail. Throws `too_many_attempts` for the client address. */
export async function countMailRequest(core: Core, facts: RequestFacts): Promise<void> {
  await consumeOrThrow(core, [mailRequests(core, facts)]);
}

/**
 * Whether one more mail that a stranger caused may go to this address within the hour; counts it if so (row EM-05). Ask where
 * the mail is written, so that only mails count. `reserveLast`: the last one is for a way back into an account.
 */
export function consumeMailQuota(
  core: Core,
  tx: Transaction,
  emailKey: string,
  { reserveLast }: { reserveLast: boolean },
): Promise<boolean> {
  return core.counters.takeIn(tx, mailsTo(core, emailKey, { reserveLast }));
}

/** Leaves a request for a mail to its job, with what that needs to know about it. */
export function deferMail(
  core: Core,
  tx: Transaction,
  { job, to, data }: DeferredMail,
  facts: RequestFacts,
): Promise<void> {
  return core.outbox.enqueueJob(tx, {
    kind: job,
    to,
    data: {
      ...data,
      time: String(core.clock.now()),
      address: facts.address,
      user_agent: readableUserAgent(facts.userAgent),
      request_id: facts.requestId,
    },
  });
}

function askedMail({ to, data }: Job): AskedMail {
  const nobody = { deviceToken: null, preSession: null, sessionId: null, userId: null };
  return {
    emailKey: emailKeyOf(to),
    facts: {
      address: data.address ?? "unknown",
      userAgent: data.user_agent ?? null,
      requestId: data.request_id ?? "unknown",
      ...nobody,
    },
    time: Number(data.time),
    data,
  };
}

/** The job of a request for a mail: `work` finds out what is due and mails it, in the job's transaction. */
export function onAskedMail(
  work: (core: Core, tx: Transaction, asked: AskedMail) => Promise<void>,
): Jobs[string] {
  return (core, tx, job) => work(core, tx, askedMail(job));
}
