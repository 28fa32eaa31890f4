import { one, run } from "../../platform/database/index.ts";

/** Unsent mail: waiting (with the time of the oldest) and given up. Jobs count as mail here. */
export const countOutbox = one<{ waiting: number; failed: number; oldest: number | null }, []>(
  `SELECT COALESCE(SUM(failed_at IS NULL), 0) AS waiting, COALESCE(SUM(failed_at IS NOT NULL), 0) AS failed,
     MIN(CASE WHEN failed_at IS NULL THEN created_at END) AS oldest
   FROM outbox WHERE sent_at IS NULL`,
);

export const newestEvent = one<{ time: number }, []>("SELECT time FROM audit ORDER BY id DESC LIMIT 1");

/** The number of events; counts no further than `limit`. */
export const countEvents = one<{ count: number }, [limit: number]>(
  "SELECT count(*) AS count FROM (SELECT 1 FROM audit LIMIT $1)",
);

/** The address of the request with this id, among the newest events. */
export const addressOfRequest = one<{ address: string | null }, [requestId: string]>(
  `SELECT address FROM (SELECT request_id, address FROM audit ORDER BY id DESC LIMIT 2000)
   WHERE request_id = $1 LIMIT 1`,
);

/** A change that needs the same rights as a real one. It is rolled back at once. */
export const makeProbe = run<[]>("CREATE TABLE doctor_probe (id INTEGER) STRICT");
