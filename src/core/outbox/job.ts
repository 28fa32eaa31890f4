import type { Transaction } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";

/**
 * Work that decides whether there is a mail, and which one. It is stored beside the mails and runs off the request's
 * path, so that an answer takes the same time whether or not an account exists.
 *
 * @see Row TH-02
 */
export interface Job {
  /** The kind of job, for example `forgot_password`. */
  kind: string;
  /** The typed address, in its owner's spelling. */
  to: string;
  /** The data for the job. Sealed at rest. */
  data: Record<string, string | null>;
}

/** Does a job in one transaction, in which it may add mails to the outbox. Rejecting means "try again later". */
export type JobHandler = (tx: Transaction, job: Job) => Promise<void>;

/** The functions for each kind of job, as features declare them. */
export type Jobs = Readonly<Record<string, (core: Core, tx: Transaction, job: Job) => Promise<void>>>;
