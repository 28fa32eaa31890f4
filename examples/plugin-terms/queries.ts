import { all, one, run } from "latchkey/kit";

export interface AcceptanceRow {
  version: string;
  /** UTC milliseconds. */
  accepted_at: number;
}

export const findAcceptance = one<AcceptanceRow, [userId: string, version: string]>(
  "SELECT version, accepted_at FROM acme_terms_acceptances WHERE user_id = $1 AND version = $2",
);

/** Two requests that accept the same version leave one row, with the time of the first. */
export const insertAcceptance = run<[userId: string, version: string, now: number]>(
  `INSERT INTO acme_terms_acceptances (user_id, version, accepted_at) VALUES ($1, $2, $3)
   ON CONFLICT (user_id, version) DO NOTHING`,
);

export const listAcceptances = all<AcceptanceRow, [userId: string]>(
  `SELECT version, accepted_at FROM acme_terms_acceptances
   WHERE user_id = $1 ORDER BY accepted_at DESC, version DESC`,
);

/** Which of these users accepted a version. `userIds` is a JSON array: one statement for a whole page of users. */
export const listAcceptedBy = all<{ user_id: string }, [userIds: string, version: string]>(
  `SELECT user_id FROM acme_terms_acceptances
   WHERE version = $2 AND user_id IN (SELECT value FROM json_each($1))`,
);
