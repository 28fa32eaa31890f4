import { one, returningOne, run } from "../../platform/database/index.ts";

/**
 * Counts one attempt unless the bucket is full: one atomic statement, so parallel attempts can't pass together.
 * Returns no row if the bucket is full. Reaching the limit restarts the wait; refused attempts change nothing.
 */
export const countAttempt = returningOne<
  { count: number },
  [key: Uint8Array, now: number, windowEndsAt: number, limit: number]
>(
  `INSERT INTO throttle (key, count, window_ends_at) VALUES ($1, 1, $3)
   ON CONFLICT (key) DO UPDATE SET
     count = CASE WHEN throttle.window_ends_at <= $2 THEN 1 ELSE throttle.count + 1 END,
     window_ends_at = CASE WHEN throttle.window_ends_at <= $2 OR throttle.count + 1 >= $4 THEN $3
                      ELSE throttle.window_ends_at END
   WHERE throttle.window_ends_at <= $2 OR throttle.count < $4
   RETURNING throttle.count AS count`,
);

export const findBucket = one<{ count: number; window_ends_at: number }, [key: Uint8Array]>(
  "SELECT count, window_ends_at FROM throttle WHERE key = $1",
);

/** After the clock was set back, the wait has its usual length. */
export const shortenWindow = run<[key: Uint8Array, windowEndsAt: number]>(
  "UPDATE throttle SET window_ends_at = $2 WHERE key = $1 AND window_ends_at > $2",
);

/** Only within the window that counted the attempt. */
export const giveBack = run<[key: Uint8Array, windowEndsAtMost: number]>(
  "UPDATE throttle SET count = count - 1 WHERE key = $1 AND count > 0 AND window_ends_at <= $2",
);

export const clearBucket = run<[key: Uint8Array]>("DELETE FROM throttle WHERE key = $1");

export const deleteEndedBuckets = run<[now: number]>("DELETE FROM throttle WHERE window_ends_at <= $1");
