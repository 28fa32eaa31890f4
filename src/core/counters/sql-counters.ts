import type { Database, Queries } from "../../platform/database/index.ts";
import type { Clock } from "../../platform/time/index.ts";
import type { Bucket, Counters } from "./counters.ts";
import {
  clearBucket,
  countAttempt,
  deleteEndedBuckets,
  findBucket,
  giveBack,
  shortenWindow,
} from "./queries.ts";

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

interface CountersOptions {
  db: Database;
  clock: Clock;
}

/** Counters as rows of the database, one for each bucket. */
export function createSqlCounters({ db, clock }: CountersOptions): Counters {
  /** The count including this one, or undefined if the bucket is full. */
  async function count(tx: Queries, { key, limit, windowMs }: Bucket, now: number) {
    return (await countAttempt(tx, key, now, now + windowMs, limit))?.count;
  }

  async function takeAll(
    tx: Queries,
    buckets: readonly Bucket[],
    softBucket: Bucket | undefined,
    now: number,
  ): Promise<number | null> {
    for (const each of buckets) {
      if ((await count(tx, each, now)) !== undefined) continue;
      const row = await findBucket(tx, each.key);
      throw new BucketFull(each, Math.max(1, (row?.window_ends_at ?? now + each.windowMs) - now));
    }
    const counted = softBucket && (await count(tx, softBucket, now));
    return softBucket === undefined || counted === undefined ? null : softBucket.limit - counted;
  }

  return {
    async take(buckets, softBucket) {
      const now = clock.now();
      try {
        const left = await db.transaction((tx) => takeAll(tx, buckets, softBucket, now), {
          durability: "relaxed",
        });
        return { ok: true, countedAt: now, left };
      } catch (error) {
        if (!(error instanceof BucketFull)) throw error;
        const { bucket: full, waitMs } = error;
        if (waitMs <= full.windowMs) return { ok: false, waitMs };
        await shortenWindow(db, full.key, now + full.windowMs);
        return { ok: false, waitMs: full.windowMs };
      }
    },
    takeIn: async (tx, bucket) => (await count(tx, bucket, clock.now())) !== undefined,
    async isFull({ key, limit }) {
      const row = await findBucket(db, key);
      return row !== undefined && row.count >= limit && row.window_ends_at > clock.now();
    },
    async giveBack(tx, { key, windowMs }, countedAt) {
      await giveBack(tx, key, countedAt + windowMs);
    },
    async clear(tx, { key }) {
      await clearBucket(tx, key);
    },
    cleanUp: () => deleteEndedBuckets(db, clock.now()),
  };
}
