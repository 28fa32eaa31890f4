import type { Transaction } from "../../platform/database/index.ts";
import { fieldError } from "../../platform/errors/index.ts";
import { logEvent, readableUserAgent } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { consumeOrThrow, mailRequests, mailsTo, recordsOfStrangers } from "../counters/index.ts";
import { emit, type PlainEvent, type SecurityEvent } from "../events/index.ts";
import type { Job } from "../outbox/index.ts";
import { noBrowser } from "../request-facts.ts";
import { emailKeyOf, parseEmailAddress } from "../users/index.ts";

/** A request for a mail to an address, with or without an account. */
export interface MailRequest {
  /** The job that decides whether a mail is due, for example `forgot_password`. */
  job: string;
  /** The recorded event. It has no subject, since no account is looked up. */
  event: PlainEvent;
  /** The address as it was typed. */
  typed: string;
  /** Further data for the job. */
  data?: Job["data"] | undefined;
}

/** A mail that depends on the decision of a job. */
interface DeferredMail extends Pick<MailRequest, "job" | "data"> {
  /** The address as its owner writes it. */
  to: string;
}

/** The facts that a job has about the request behind it. */
export interface AskedMail {
  /** The canonical address. */
  emailKey: string;
  /** The place and the device of the request. */
  facts: RequestFacts;
  /** The time of the request in UTC milliseconds. */
  time: number;
  /** The data of the request. */
  data: Job["data"];
}

/**
 * Takes a request for a mail. Every address costs the same few statements, and no account is looked up. All work that
 * depends on an account is a job after the answer, including the quota of the address (`consumeMailQuota`).
 *
 * Throws `invalid_input` if it isn't an address, and `too_many_attempts` for the client address.
 *
 * @see Rows RS-01, VE-04
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
    const asked = { event, facts } as SecurityEvent;
    if (await core.counters.takeIn(tx, recordsOfStrangers(core))) await emit(core, tx, asked);
    else tx.afterCommit(() => logEvent(core, asked));
    await deferMail(core, tx, { job, to: email.address, data }, facts);
  });
}

/** Counts a request for a mail. Throws `too_many_attempts` for the client address. */
export async function countMailRequest(core: Core, facts: RequestFacts): Promise<void> {
  await consumeOrThrow(core, [mailRequests(core, facts)]);
}

/**
 * Whether one more mail that a stranger caused may go to this address within the hour. Counts it if so. Call it when
 * the mail is written, so that only mails count. `reserveLast` keeps the last one for a way back into an account.
 *
 * @see Row EM-05
 */
export function consumeMailQuota(
  core: Core,
  tx: Transaction,
  emailKey: string,
  { reserveLast }: { reserveLast: boolean },
): Promise<boolean> {
  return core.counters.takeIn(tx, mailsTo(core, emailKey, { reserveLast }));
}

/** Passes a request for a mail to its job, with the data that the job needs. */
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
      locale: facts.locale,
    },
  });
}

function askedMail({ to, data }: Job): AskedMail {
  return {
    emailKey: emailKeyOf(to),
    facts: {
      address: data.address ?? "unknown",
      userAgent: data.user_agent ?? null,
      requestId: data.request_id ?? "unknown",
      ...noBrowser,
      locale: data.locale ?? null,
    },
    time: Number(data.time),
    data,
  };
}

/** The job of a request for a mail. `work` decides which mail is due and sends it, in the job's transaction. */
export function onAskedMail(
  work: (core: Core, tx: Transaction, asked: AskedMail) => Promise<void>,
): (core: Core, tx: Transaction, job: Job) => Promise<void> {
  return (core, tx, job) => work(core, tx, askedMail(job));
}
