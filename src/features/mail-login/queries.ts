import { isLiveAt } from "../../core/secrets/index.ts";
import { all, run } from "../../platform/database/index.ts";

/** The live sign-in mails that this browser requested, for all accounts: each has a separate code. */
export const findLiveCodes = all<
  { digest: Uint8Array; user_id: string; code: Uint8Array },
  [browser: Uint8Array, now: number]
>(
  `SELECT digest, user_id, code FROM one_time_tokens
   WHERE browser = $1 AND purpose = 'mail_login' AND code IS NOT NULL AND consumed_at IS NULL
     AND ${isLiveAt("$2")}`,
);

/** Ends earlier requests of the same browser for the same account. Requests of other browsers stay. */
export const killEarlier = run<[userId: string, browser: Uint8Array, now: number]>(
  `UPDATE one_time_tokens SET consumed_at = $3
   WHERE user_id = $1 AND browser = $2 AND purpose = 'mail_login' AND consumed_at IS NULL`,
);
