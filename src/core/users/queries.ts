import { all, one, returningOne, run } from "../../platform/database/index.ts";

/** An account as it is stored. */
export interface UserRow {
  id: string;
  email: string;
  email_confirmed_at: number | null;
  username: string | null;
  status: "active" | "disabled";
  epoch: number;
  created_at: number;
  /** Null until the account signs in for the first time. */
  first_login_at: number | null;
  fields: string;
  locale: string | null;
  /** Roles separated by commas, or null. */
  roles: string | null;
}

const columns = `id, email, email_confirmed_at, username, status, epoch, created_at, first_login_at, fields, locale,
  (SELECT group_concat(role) FROM roles WHERE user_id = users.id) AS roles`;

export const findById = one<UserRow, [id: string]>(`SELECT ${columns} FROM users WHERE id = $1`);

export const findByEmailKey = one<UserRow, [emailKey: string]>(
  `SELECT ${columns} FROM users WHERE email_key = $1`,
);

export const findByUsernameKey = one<UserRow, [usernameKey: string]>(
  `SELECT ${columns} FROM users WHERE username_key = $1`,
);

export const insertUser = run<
  [
    id: string,
    email: string,
    emailKey: string,
    emailConfirmedAt: number | null,
    username: string | null,
    usernameKey: string | null,
    createdAt: number,
    fields: string,
    locale: string | null,
  ]
>(
  `INSERT INTO users (id, email, email_key, email_confirmed_at, username, username_key, status, created_at, fields, locale)
   VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9)`,
);

export const markEmailConfirmed = run<[id: string, now: number]>(
  "UPDATE users SET email_confirmed_at = $2 WHERE id = $1 AND email_confirmed_at IS NULL",
);

/** Gives the account an address that its owner just proved. Throws `UniqueViolation` if another account has it. */
export const setEmail = run<[id: string, email: string, emailKey: string, confirmedAt: number]>(
  "UPDATE users SET email = $2, email_key = $3, email_confirmed_at = $4 WHERE id = $1",
);

export const setStatus = run<[id: string, status: string]>("UPDATE users SET status = $2 WHERE id = $1");

export const markFirstLogin = run<[id: string, now: number]>(
  "UPDATE users SET first_login_at = $2 WHERE id = $1 AND first_login_at IS NULL",
);

/** Cancels a planned deletion. */
export const cancelDeletion = run<[id: string]>(
  "UPDATE users SET delete_after = NULL WHERE id = $1 AND delete_after IS NOT NULL",
);

export const raiseEpoch = returningOne<{ epoch: number }, [id: string]>(
  "UPDATE users SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch",
);

export const addRole = run<[userId: string, role: string]>(
  "INSERT INTO roles (user_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING",
);

export const removeRole = run<[userId: string, role: string]>(
  "DELETE FROM roles WHERE user_id = $1 AND role = $2",
);

/** Accounts that wait for their deletion don't count: their owners may never return. */
export const countActiveWithRole = one<{ count: number }, [role: string]>(
  `SELECT count(*) AS count FROM roles JOIN users ON users.id = roles.user_id
   WHERE roles.role = $1 AND users.status = 'active' AND users.delete_after IS NULL`,
);

export const scheduleDeletion = run<[id: string, deleteAfter: number]>(
  "UPDATE users SET delete_after = $2 WHERE id = $1 AND delete_after IS NULL AND status = 'active'",
);

/** A page of users by creation time, newest first. Ids are UUIDv7 and sort by time. */
export const listUsers = all<
  UserRow,
  [beforeId: string, pattern: string, role: string, status: string, limit: number]
>(
  `SELECT ${columns} FROM users
   WHERE ($1 = '' OR id < $1)
     AND ($2 = '' OR email_key LIKE $2 ESCAPE '\\' OR username_key LIKE $2 ESCAPE '\\')
     AND ($3 = '' OR $3 = 'user' OR EXISTS (SELECT 1 FROM roles WHERE user_id = users.id AND role = $3))
     AND ($4 = '' OR status = $4)
   ORDER BY id DESC LIMIT $5`,
);

export interface PasswordRow {
  hash: string;
  changed_at: number;
  must_change: number;
}

export const findPassword = one<PasswordRow, [userId: string]>(
  "SELECT hash, changed_at, must_change FROM passwords WHERE user_id = $1",
);

export const putPassword = run<[userId: string, hash: string, now: number]>(
  `INSERT INTO passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)
   ON CONFLICT (user_id) DO UPDATE SET hash = $2, changed_at = $3, must_change = 0`,
);

/**
 * No password verifies until the owner chooses a new one. The old hash is kept, so that the same password isn't chosen
 * again.
 */
export const switchPasswordOff = run<[userId: string, now: number]>(
  `UPDATE passwords SET hash = '!' || hash, changed_at = $2, must_change = 1
   WHERE user_id = $1 AND hash NOT LIKE '!%'`,
);

/** Stores the same password under stronger parameters, unless it changed in the meantime. */
export const upgradeHash = run<[userId: string, oldHash: string, newHash: string]>(
  "UPDATE passwords SET hash = $3 WHERE user_id = $1 AND hash = $2",
);
