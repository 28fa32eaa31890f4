import type { Migration } from "../../platform/database/index.ts";

/**
 * Rows that are appended without reading the previous row, and seals that chain them afterwards. Older rows keep their
 * chain in `sequence`, `previous_hash` and `hash`, and belong to seal 1. Their ids are UUIDs of version 7, made of the
 * row's time, its place within the millisecond, and its hash. The hash keeps the number of the row secret.
 */
export const sealedAudit: Migration = {
  id: 3,
  name: "sealed audit",
  sql: `
ALTER TABLE users ADD COLUMN first_login_at INTEGER;

UPDATE users SET first_login_at =
  (SELECT max(0, min(min(time), 8640000000000000)) FROM audit
   WHERE subject = users.id AND event = 'authn_login_success' HAVING count(*) > 0);

CREATE TABLE audit_rows (
  id TEXT PRIMARY KEY,
  time INTEGER NOT NULL,
  event TEXT NOT NULL,
  actor TEXT,
  subject TEXT,
  request_id TEXT,
  address TEXT,
  user_agent TEXT,
  detail TEXT NOT NULL,
  seal INTEGER,
  sequence INTEGER,
  previous_hash BLOB,
  hash BLOB
) STRICT, WITHOUT ROWID;

INSERT INTO audit_rows
  (id, time, event, actor, subject, request_id, address, user_agent, detail, seal, sequence, previous_hash, hash)
SELECT
  substr(moment, 1, 8) || '-' || substr(moment, 9) || '-7' || printf('%03x', min(place, 4095)) || '-' ||
    CASE WHEN place < 4096 THEN '8' || substr(tail, 1, 3) || '-' || substr(tail, 4)
    ELSE 'b' || substr(printf('%016x', sequence), 2, 3) || '-' || substr(printf('%016x', sequence), 5) END,
  time, event, actor, subject, request_id, address, user_agent, detail, 1, sequence, previous_hash, hash
FROM (
  SELECT *, row_number() OVER (PARTITION BY moment ORDER BY sequence) - 1 AS place,
    substr(lower(hex(hash)) || '000000000000000', 1, 15) AS tail
  FROM (SELECT *, printf('%012x', max(0, min(time, 281474976710655))) AS moment FROM audit)
);

DROP TABLE audit;

ALTER TABLE audit_rows RENAME TO audit;

CREATE INDEX audit_unsealed ON audit (id) WHERE seal IS NULL;

CREATE INDEX audit_by_sequence ON audit (sequence) WHERE sequence IS NOT NULL;

CREATE INDEX audit_by_subject ON audit (subject, id);

CREATE INDEX audit_by_actor ON audit (actor) WHERE actor IS NOT subject;

CREATE INDEX audit_by_origin ON audit (time) WHERE user_agent IS NOT NULL OR instr(address, '/') = 0;

CREATE TABLE audit_seals (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_id TEXT NOT NULL,
  last_id TEXT NOT NULL,
  root BLOB NOT NULL,
  previous_hash BLOB NOT NULL,
  hash BLOB NOT NULL,
  sealed_at INTEGER NOT NULL,
  note TEXT,
  row_hashes BLOB NOT NULL
) STRICT;
`,
};
