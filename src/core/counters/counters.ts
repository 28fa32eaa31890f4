import { digest } from "../../platform/crypto/index.ts";
import type { Queries } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Core } from "../core.ts";
import { clearBucket, countAttempt, findBucket, giveBack, shortenWindow } from "./queries.ts";

/** A budget of attempts within a window, by a key that tells nothing about whom it counts. */
export interface Bucket {
  key: Buffer;
  limit: number;
  windowMs: number;
}

/** The key is a digest of what is counted: no addresses and names in the table (row TH-05). */
export function bucket(what: string, parts: readonly string[], limit: number, windowMs: number): Bucket {
  return { key: digest([what, ...parts].join("\0")), limit, windowMs };
}

/** A bucket was full. Rolls the reservation of the other buckets back. */
class BucketFull extends Error {
  readonly bucket: Bucket;
  readonly waitMs: number;
  constructor(full: Bucket, waitMs: number) {
    super("bucket full");
    this.bucket = full;
    this.waitMs = waitMs;
  }
}

/** Counted, or not and how long to wait. `left`: what the bucket that refuses nothing has left; null where it had none. */
export type Reservation =
  | { ok: true; countedAt: number; left: number | null }
  | { ok: false; waitMs: number };

/**
 * Counts one attempt in all buckets, or in none when one of them is full. Call it before the secret is checked:
 * counting afterwards loses to parallel requests (row TH-06). It is counted in `softBucket` as well, which refuses nothing
 * by itself.
 */
export async function consume(
  core: Core,
  buckets: readonly Bucket[],
  softBucket?: Bucket,
): Promise<Reservation> {
  const now = core.clock.now();
  try {
    const left = await core.db.transaction(
      async (tx) => {
        for (const each of buckets) {
          const { key, limit, windowMs } = each;
          if ((await countAttempt(tx, key, now, now + windowMs, limit)) !== undefined) continue;
          const row = await findBucket(tx, key);
          throw new BucketFull(each, Math.max(1, (row?.window_ends_at ?? now + windowMs) - now));
        }
        if (softBucket === undefined) return null;
        const { key, limit, windowMs } = softBucket;
        const row = await countAttempt(tx, key, now, now + windowMs, limit);
        return row === undefined ? null : limit - row.count;
      },
      { durability: "relaxed" },
    );
    return { ok: true, countedAt: now, left };
  } catch (error) {
    if (!(error instanceof BucketFull)) throw error;
    const { bucket: full, waitMs } = error;
    if (waitMs <= full.windowMs) return { ok: false, waitMs };
    await shortenWindow(core.db, full.key, now + full.windowMs);
    return { ok: false, waitMs: full.windowMs };
  }
}

/** Counts one in the caller's transaction, unless the bucket is full. Says whether it wasn't. */
export async function tryConsume(
  core: Core,
  tx: Queries,
  { key, limit, windowMs }: Bucket,
): Promise<boolean> {
  const now = core.clock.now();
  return (await countAttempt(tx, key, now, now + windowMs, limit)) !== undefined;
}

/** Takes one attempt back that was counted then: it succeeded, so it was no failure. Leaves what others counted. */
export async function giveAttemptBack(
  tx: Queries,
  { key, windowMs }: Bucket,
  countedAt: number,
): Promise<void> {
  await giveBack(tx, key, countedAt + windowMs);
}

/** Forgets a bucket's attempts altogether: its very factor was proven (row TH-07). */
export async function forgetAttempts(tx: Queries, { key }: Bucket): Promise<void> {
  await clearBucket(tx, key);
}

/** Reserves one attempt and says when that was, or throws `too_many_attempts` (429 with `Retry-After`). */
export async function consumeOrThrow(
  core: Core,
  buckets: readonly Bucket[],
  softBucket?: Bucket,
): Promise<Extract<Reservation, { ok: true }>> {
  const reservation = await consume(core, buckets, softBucket);
  if (reservation.ok) return reservation;
  throw new LatchkeyError("too_many_attempts", { retryAfterSeconds: Math.ceil(reservation.waitMs / 1000) });
}
