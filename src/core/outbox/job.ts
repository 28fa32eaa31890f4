import type { Transaction } from "../../platform/database/index.ts";

/**
 * What has to be looked up before it is known whether there is a mail, and which one. It is kept beside the mails and done
 * off the request's path, so that an answer takes the same time whether an account exists or not.
 *
 * @see row TH-02
 */
export interface Job {
  /** Which job it is, for example `forgot_password`. */
  kind: string;
  /** The address that was typed, as its owner would write it. */
  to: string;
  /** What the job needs to know. Sealed at rest. */
  data: Record<string, string | null>;
}

/**
 * The work queues of jobs. Each has its own worker, so a slow job delays only those behind it in the same queue:
 * `jobs` decide about mail, `listeners` call the application, and `deferred` calls it about what strangers can cause.
 */
export const jobQueues = ["jobs", "listeners", "deferred"] as const;

/** A job as it is added. */
export interface NewJob extends Job {
  /** The account that it is about: the job is deleted with it. Null or absent if there is none. */
  userId?: string | null;
  /** Default `jobs`. */
  queue?: (typeof jobQueues)[number];
}

/**
 * Does a job. A function runs in the transaction that removes the job; `outside` runs before that, at least once, and
 * holds no lock. Rejecting means "try again later".
 */
export type JobHandler =
  | ((tx: Transaction, job: Job) => Promise<void>)
  | { outside(job: Job): Promise<void> };
