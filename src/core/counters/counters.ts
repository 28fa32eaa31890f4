import { digest } from "../../platform/crypto/index.ts";
import type { Queries } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Core } from "../core.ts";

/** A budget of attempts within a window. Its key reveals nothing about its subject. */
export interface Bucket {
  readonly key: Buffer;
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * The key is a digest of what is counted: no addresses and names in the table.
 *
 * @example
 * const tries = bucket("acme-card", [user.id], 5, 3_600_000);
 * @see row TH-05
 */
export function bucket(what: string, parts: readonly string[], limit: number, windowMs: number): Bucket {
  return { key: digest([what, ...parts].join("\0")), limit, windowMs };
}

/** Counted, or refused with the wait. `left`: the remaining attempts of the soft bucket; null without one. */
export type Reservation =
  | { ok: true; countedAt: number; left: number | null }
  | { ok: false; waitMs: number };

/**
 * The port to the counters of attempts.
 *
 * Methods that take `tx` belong to the caller's transaction: in SQL they happen with it, elsewhere after its commit.
 * Since a transaction may run more than once, `takeIn` may then count one too many, never one too few.
 */
export interface Counters {
  /**
   * Counts one attempt in all buckets, or in none if one of them is full. Parallel attempts never pass together. A
   * refused attempt changes nothing; the attempt that fills a bucket restarts its wait. If the other buckets let the
   * attempt pass, it also counts in `softBucket`, which never refuses.
   */
  take(buckets: readonly Bucket[], softBucket?: Bucket): Promise<Reservation>;
  /** Counts one unless the bucket is full. Returns whether it was counted. */
  takeIn(tx: Queries, bucket: Bucket): Promise<boolean>;
  /** Whether a bucket is full. Counts nothing, so parallel attempts may all find room: it decides order, not access. */
  isFull(bucket: Bucket): Promise<boolean>;
  /** Returns one attempt that was counted then. Keeps other attempts, and windows that began since. */
  giveBack(tx: Queries, bucket: Bucket, countedAt: number): Promise<void>;
  /** Clears a bucket's attempts. */
  clear(tx: Queries, bucket: Bucket): Promise<void>;
  /** Deletes expired buckets. Returns their number. */
  cleanUp(): Promise<number>;
}

/**
 * Reserves one attempt and returns its time, or throws `too_many_attempts` (429 with `Retry-After`). Call it before you
 * check the secret: counting afterwards loses to parallel requests.
 *
 * @example
 * await consumeOrThrow(core, [bucket("acme-card", [user.id], 5, 3_600_000)]);
 * @see row TH-06
 */
// Row TH-06.
export async function consumeOrThrow(
  { counters }: Pick<Core, "counters">,
  buckets: readonly Bucket[],
  softBucket?: Bucket,
): Promise<Extract<Reservation, { ok: true }>> {
  const reservation = await counters.take(buckets, softBucket);
  if (reservation.ok) return reservation;
  throw new LatchkeyError("too_many_attempts", { retryAfterSeconds: Math.ceil(reservation.waitMs / 1000) });
}
