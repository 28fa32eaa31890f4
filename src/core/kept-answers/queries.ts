import { one, run } from "../../platform/database/index.ts";

/** The answer under the first digest, or else under the second. */
export const findKeptAnswer = one<
  { answer: Uint8Array },
  [digest: Uint8Array, otherDigest: Uint8Array, now: number]
>(
  `SELECT answer FROM kept_answers WHERE digest IN ($1, $2) AND expires_at > $3
   ORDER BY CASE digest WHEN $1 THEN 0 ELSE 1 END LIMIT 1`,
);

/**
 * Stores an answer under two digests, unless the account, the network or the table holds its share already. Then a
 * form sent twice meets what it met before.
 */
export const insertKeptAnswer = run<
  [
    digest: Uint8Array,
    otherDigest: Uint8Array,
    userId: string | null,
    network: string | null,
    answer: Uint8Array,
    expiresAt: number,
    ofUser: number,
    ofNetwork: number,
    inAll: number,
  ]
>(
  `INSERT INTO kept_answers (digest, user_id, network, answer, expires_at)
   SELECT names.digest, $3, $4, $5, $6 FROM (SELECT $1 AS digest UNION SELECT $2) AS names
   WHERE (SELECT count(*) FROM kept_answers WHERE user_id = $3) < $7
     AND (SELECT count(*) FROM kept_answers WHERE network = $4) < $8
     AND (SELECT count(*) FROM kept_answers) < $9
   ON CONFLICT (digest) DO UPDATE SET answer = excluded.answer, expires_at = excluded.expires_at`,
);

export const deleteExpiredKeptAnswers = run<[now: number]>("DELETE FROM kept_answers WHERE expires_at <= $1");
