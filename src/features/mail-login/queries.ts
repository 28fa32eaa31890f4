import { isLiveAt } from "../../core/secrets/index.ts";
import { all, run } from "../../platform/database/index.ts";

/** The live sign-in mails that this browser asked for, for whatever accounts: each has a code of its own. */
export const findLiveCodes = all<
  { digest: Uint8Array; user_id: string; code: Uint8Array },
  [browser: Uint8Array, now: number]
>(
  `SELECT digest, user_id, code FROM one_time_tokens
   WHERE browser = $1 AND purpose = 'mail_login' AND code IS NOT NULL AND consumed_at IS NULL
     AND ${isLiveAt("$2")}`,
);

/** Kills what the same browser asked for before, for the same account. What others asked for is not theirs to kill. */
export const killEarlier = run<[userId: string, browser: Uint8Array, now: number]>(
  `UPDATE one_time_tokens SET consumed_at = $3
   WHERE user_id = $1 AND browser = $2 AND purpose = 'mail_login' AND consumed_at IS NULL`,
);
