import { one, run } from "../../platform/database/index.ts";

export interface LastEventRow {
  sequence: number;
  hash: Uint8Array;
}

export const lastEvent = one<LastEventRow, []>(
  "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1",
);

export const insertEvent = run<
  [
    sequence: number,
    time: number,
    event: string,
    actor: string | null,
    subject: string | null,
    requestId: string | null,
    address: string | null,
    userAgent: string | null,
    detail: string,
    previousHash: Uint8Array,
    hash: Uint8Array,
  ]
>(
  `INSERT INTO audit (sequence, time, event, actor, subject, request_id, address, user_agent, detail, previous_hash, hash)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);
