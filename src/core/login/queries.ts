import { one, returningOne, run } from "../../platform/database/index.ts";

export interface PendingLoginRow {
  user_id: string;
  /** JSON. */
  proofs: string;
  stage: string;
  remember: number;
  next: string | null;
  failures: number;
  /** The mail that is sent unless the sign-in continues. */
  notice_id: string | null;
}

const columns = "user_id, proofs, stage, remember, next, failures, notice_id";

/** A change of the account's credentials raises its epoch, which ends pending sign-ins. */
const live = `digest = $1 AND expires_at > $2 AND created_at <= $2
  AND epoch = (SELECT epoch FROM users WHERE id = pending_logins.user_id AND status = 'active')`;

export const insertPendingLogin = run<
  [
    digest: Uint8Array,
    userId: string,
    proofs: string,
    stage: string,
    remember: number,
    next: string | null,
    failures: number,
    epoch: number,
    now: number,
    expiresAt: number,
    noticeId: string | null,
  ]
>(
  `INSERT INTO pending_logins
     (digest, user_id, proofs, stage, remember, next, failures, epoch, created_at, expires_at, notice_id)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);

export const findPendingLogin = one<PendingLoginRow, [digest: Uint8Array, now: number]>(
  `SELECT ${columns} FROM pending_logins WHERE ${live}`,
);

/** One conditional statement decides which request continues. */
export const takePendingLogin = returningOne<PendingLoginRow, [digest: Uint8Array, now: number]>(
  `DELETE FROM pending_logins WHERE ${live} RETURNING ${columns}`,
);

export const deletePendingLogin = returningOne<
  Pick<PendingLoginRow, "user_id" | "notice_id">,
  [digest: Uint8Array]
>("DELETE FROM pending_logins WHERE digest = $1 RETURNING user_id, notice_id");

/** An account has few of them: a right password, sent repeatedly, must not fill the table. */
export const deleteExcessPendingLogins = run<[userId: string, maximum: number]>(
  `DELETE FROM pending_logins WHERE user_id = $1 AND digest NOT IN (
     SELECT digest FROM pending_logins WHERE user_id = $1 ORDER BY created_at DESC, digest LIMIT $2)`,
);

export const deleteExpiredPendingLogins = run<[now: number]>(
  "DELETE FROM pending_logins WHERE expires_at <= $1",
);
