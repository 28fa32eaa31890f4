import { all, one, run } from "../../platform/database/index.ts";
import { clamped } from "./queries.ts";
import type { SealedFields } from "./row-text.ts";

const sealedFields = `audit.id, ${clamped("time")}, event, actor, subject, request_id, detail`;

/** Whether rows wait for a seal. */
export const findAnyUnsealed = one<{ id: string }, []>("SELECT id FROM audit WHERE seal IS NULL LIMIT 1");

export const findUnsealed = all<SealedFields, [limit: number]>(
  `SELECT ${sealedFields} FROM audit WHERE seal IS NULL ORDER BY audit.id LIMIT $1`,
);

export const markSealed = run<[seal: number, firstId: string, lastId: string]>(
  "UPDATE audit SET seal = $1 WHERE seal IS NULL AND id >= $2 AND id <= $3",
);

export interface SealRow {
  number: number;
  /** `rows`: the rows that carry its number. `chain`: the chain that version 0.1 wrote. */
  kind: string;
  count: number;
  first_id: string;
  last_id: string;
  root: Uint8Array;
  previous_hash: Uint8Array;
  hash: Uint8Array;
  sealed_at: number;
  /** The state of the old chain when it was sealed, as JSON. */
  note: string | null;
  /** The SHA-256 of each row, concatenated. They identify a changed row. */
  row_hashes: Uint8Array;
}

export const lastSeal = one<{ number: number; hash: Uint8Array }, []>(
  `SELECT ${clamped("number", "audit_seals")}, hash FROM audit_seals ORDER BY audit_seals.number DESC LIMIT 1`,
);

export const insertSeal = run<
  [
    number: number,
    kind: string,
    count: number,
    firstId: string,
    lastId: string,
    root: Uint8Array,
    previousHash: Uint8Array,
    hash: Uint8Array,
    sealedAt: number,
    note: string | null,
    rowHashes: Uint8Array,
  ]
>(
  `INSERT INTO audit_seals
     (number, kind, count, first_id, last_id, root, previous_hash, hash, sealed_at, note, row_hashes)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);

/** A part of the seals, oldest first. */
export const readSeals = all<SealRow, [after: number, limit: number]>(
  `SELECT ${clamped("number", "audit_seals")}, kind, ${clamped("count", "audit_seals")}, first_id, last_id, root,
     previous_hash, hash, ${clamped("sealed_at", "audit_seals")}, note, row_hashes
   FROM audit_seals WHERE audit_seals.number > $1 ORDER BY audit_seals.number LIMIT $2`,
);

/** The rows of a seal, by id. */
export const readSealed = all<SealedFields, [seal: number, firstId: string, lastId: string, limit: number]>(
  `SELECT ${sealedFields} FROM audit
   WHERE seal = $1 AND audit.id >= $2 AND audit.id <= $3 ORDER BY audit.id LIMIT $4`,
);

export interface PlacedRow {
  id: string;
  time: number;
  event: string;
  seal: number | null;
  chained: 0 | 1;
  kind: string | null;
  first_id: string | null;
  last_id: string | null;
}

/** All rows by id, each with the seal whose number it carries. */
export const readPlaces = all<PlacedRow, [after: string, limit: number]>(
  `SELECT audit.id, ${clamped("time")}, event, ${clamped("seal")}, sequence IS NOT NULL AS chained,
     kind, first_id, last_id
   FROM audit LEFT JOIN audit_seals ON audit_seals.number = audit.seal
   WHERE audit.id > $1 ORDER BY audit.id LIMIT $2`,
);

export interface OldRow extends SealedFields {
  sequence: number;
  previous_hash: Uint8Array;
  hash: Uint8Array;
}

export const findAnyOldRow = one<{ id: string }, []>(
  "SELECT id FROM audit WHERE sequence IS NOT NULL LIMIT 1",
);

/** A part of the chain that version 0.1 wrote, oldest first. */
export const readOldChain = all<OldRow, [after: number, limit: number]>(
  `SELECT audit.id, ${clamped("sequence")}, ${clamped("time")}, event, actor, subject, request_id, detail,
     coalesce(previous_hash, x'') AS previous_hash, coalesce(hash, x'') AS hash
   FROM audit WHERE audit.sequence > $1 ORDER BY audit.sequence LIMIT $2`,
);
