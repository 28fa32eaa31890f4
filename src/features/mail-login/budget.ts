import type { Core } from "../../core/core.ts";
import { type Bucket, bucket } from "../../core/counters/index.ts";

/**
 * Codes of sign-in mails that one browser may try. A new mail brings no new tries.
 *
 * @see row VE-05
 */
export function mailLoginCodes(core: Core, browser: Uint8Array): Bucket {
  const key = Buffer.from(browser).toString("hex");
  return bucket("mail-login-codes", [key], 5, core.settings.lifetimes.mailLoginMs);
}
