import { all, one, returningOne, run } from "../../platform/database/index.ts";
import { CLOCK_STEP_MS } from "../../platform/time/index.ts";
import type { TokenPurpose } from "./one-time-tokens.ts";

/** A single-use secret as it is stored: its digest, never the secret. */
export interface TokenRow {
  purpose: TokenPurpose;
  user_id: string | null;
  registration_id: string | null;
  email_key: string;
  address: string | null;
  browser: Uint8Array | null;
  /** JSON. */
  data: string | null;
  created_at: number;
}

/**
 * Not expired, and not made before the clock was set back.
 *
 * @see Row RS-03, case A-RS-04
 */
export const isLiveAt = (now: string) => `expires_at > ${now} AND created_at <= ${now} + ${CLOCK_STEP_MS}`;

const columns = "purpose, user_id, registration_id, email_key, address, browser, data, created_at";

export const insertToken = run<
  [
    digest: Uint8Array,
    purpose: TokenPurpose,
    userId: string | null,
    registrationId: string | null,
    emailKey: string,
    now: number,
    expiresAt: number,
    address: string | null,
    browser: Uint8Array | null,
    code: Uint8Array | null,
    data: string | null,
  ]
>(
  `INSERT INTO one_time_tokens (digest, purpose, user_id, registration_id, email_key, created_at, expires_at, address,
     browser, code, data)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);

export const findLiveToken = one<TokenRow, [digest: Uint8Array, purpose: TokenPurpose, now: number]>(
  `SELECT ${columns} FROM one_time_tokens
   WHERE digest = $1 AND purpose = $2 AND consumed_at IS NULL AND ${isLiveAt("$3")}`,
);

/** The newest live token of an account, for showing it to the owner. */
export const newestTokenOfUser = one<TokenRow, [userId: string, purpose: TokenPurpose, now: number]>(
  `SELECT ${columns} FROM one_time_tokens
   WHERE user_id = $1 AND purpose = $2 AND consumed_at IS NULL AND ${isLiveAt("$3")}
   ORDER BY created_at DESC LIMIT 1`,
);

/** A token that was used or replaced and is still stored. */
export const findSpentToken = one<{ user_id: string | null }, [digest: Uint8Array, purpose: TokenPurpose]>(
  "SELECT user_id FROM one_time_tokens WHERE digest = $1 AND purpose = $2 AND consumed_at IS NOT NULL",
);

/** One conditional statement decides which request uses a token (row RS-05). */
export const consumeToken = returningOne<TokenRow, [digest: Uint8Array, purpose: TokenPurpose, now: number]>(
  `UPDATE one_time_tokens SET consumed_at = $3
   WHERE digest = $1 AND purpose = $2 AND consumed_at IS NULL AND ${isLiveAt("$3")}
   RETURNING ${columns}`,
);

export const killTokensOfPurpose = run<[userId: string, purpose: TokenPurpose, now: number]>(
  "UPDATE one_time_tokens SET consumed_at = $3 WHERE user_id = $1 AND purpose = $2 AND consumed_at IS NULL",
);

/** A live code of the requesting browser. */
export interface CodeRow {
  /** Of its token. */
  digest: Uint8Array;
  user_id: string;
  /** The MAC of the code. */
  code: Uint8Array;
}

export const findLiveCodes = all<CodeRow, [browser: Uint8Array, purpose: TokenPurpose, now: number]>(
  `SELECT digest, user_id, code FROM one_time_tokens
   WHERE browser = $1 AND purpose = $2 AND code IS NOT NULL AND consumed_at IS NULL AND ${isLiveAt("$3")}`,
);

export const killCodesOfBrowser = run<
  [userId: string, browser: Uint8Array, purpose: TokenPurpose, now: number]
>(
  `UPDATE one_time_tokens SET consumed_at = $4
   WHERE user_id = $1 AND browser = $2 AND purpose = $3 AND consumed_at IS NULL`,
);

export const deleteExpiredTokens = run<[before: number]>("DELETE FROM one_time_tokens WHERE expires_at < $1");
