import type { Transaction } from "../../platform/database/index.ts";

/**
 * Work that decides about a mail, off the request's path. It is stored beside the mails. So an answer takes the same
 * time for existing and unknown accounts.
 *
 * @see row TH-02
 */
export interface Job {
  /** The kind of job, for example `forgot_password`. */
  kind: string;
  /** The typed address, as its owner would write it. */
  to: string;
  /** The data of the job. Sealed at rest. */
  data: Record<string, string | null>;
}

/**
 * The work queues of jobs. Each has its own worker, so a slow job delays only later jobs of the same queue. `jobs`
 * decide about mail, `listeners` call the application, and `deferred` calls it about acts of strangers.
 */
export const jobQueues = ["jobs", "listeners", "deferred"] as const;

/** A new job. */
export interface NewJob extends Job {
  /** The account of the job, which is deleted with it. Null or absent without one. */
  userId?: string | null;
  /** Default `jobs`. */
  queue?: (typeof jobQueues)[number];
}

/**
 * Does a job. A function runs in the transaction that removes the job. `outside` runs before that, at least once,
 * without a lock. Rejecting means "try again later".
 */
export type JobHandler =
  | ((tx: Transaction, job: Job) => Promise<void>)
  | { outside(job: Job): Promise<void> };
