import { one, run } from "../../platform/database/index.ts";

export interface PendingRegistrationRow {
  id: string;
  email: string;
  email_key: string;
  username: string | null;
  username_key: string | null;
  password_hash: string;
  fields: string;
  /** Digest of the value that identified the registering browser. */
  browser: Uint8Array;
  next: string | null;
  /** The language of the request that registered. */
  locale: string | null;
}

export const insertPendingRegistration = run<
  [
    id: string,
    email: string,
    emailKey: string,
    username: string | null,
    usernameKey: string | null,
    passwordHash: string,
    fields: string,
    browser: Uint8Array,
    next: string | null,
    now: number,
    expiresAt: number,
    locale: string | null,
  ]
>(
  `INSERT INTO pending_registrations
     (id, email, email_key, username, username_key, password_hash, fields, browser, next, created_at, expires_at,
      locale)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
);

const columns = "id, email, email_key, username, username_key, password_hash, fields, browser, next, locale";

export const findPendingRegistration = one<PendingRegistrationRow, [id: string, now: number]>(
  `SELECT ${columns} FROM pending_registrations WHERE id = $1 AND expires_at > $2`,
);

export const newestPendingRegistration = one<PendingRegistrationRow, [emailKey: string, now: number]>(
  `SELECT ${columns} FROM pending_registrations WHERE email_key = $1 AND expires_at > $2 ORDER BY id DESC LIMIT 1`,
);

/** Deletes all registrations for this address, with their tokens, after one was confirmed. */
export const deletePendingRegistrations = run<[emailKey: string]>(
  "DELETE FROM pending_registrations WHERE email_key = $1",
);

export const deleteExpiredRegistrations = run<[now: number]>(
  "DELETE FROM pending_registrations WHERE expires_at <= $1",
);
