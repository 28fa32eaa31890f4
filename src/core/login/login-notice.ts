import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { type Notice, sendNotice } from "../notices/index.ts";
import { toUser, type UserRow } from "../users/index.ts";

/** So many wrong passwords in a row before the right one are worth a word; a few are everybody's. */
const MANY_FAILURES = 10;

/** What may make a sign-in news to the account's owner. */
interface LoginCircumstances {
  /** The device never signed in to the account. */
  newDevice: boolean;
  /** Wrong passwords in a row right before it. */
  failures: number;
}

/**
 * Tells an account's owner of a sign-in from a device that never signed in to it, and of one that came after many wrong
 * passwords in a row (row TH-10): one mail, whatever of the two it was. The very first sign-in of an account is its owner's,
 * and its device is no news. The account keeps when that was: devices are forgotten in time.
 *
 * An unconfirmed address hears nothing. It may be a stranger's, and who registered it could have it flooded by signing in
 * again and again.
 */
export async function notifyOwnerOfLogin(
  core: Core,
  tx: Transaction,
  user: UserRow,
  facts: RequestFacts,
  { newDevice, failures }: LoginCircumstances,
): Promise<void> {
  if (user.email_confirmed_at === null) return;
  const isNew = newDevice && user.first_login_at !== null;
  const many = failures >= MANY_FAILURES;
  if (!isNew && !many) return;
  const notice: Notice = {
    kind: isNew ? "new_device" : "login_after_failures",
    write({ common }, siteName) {
      const { newDevice, loginAfterFailures } = common.mail;
      const text = isNew ? newDevice : loginAfterFailures;
      return {
        subject: text.subject(siteName),
        paragraphs: [text.text(siteName), ...(many ? [loginAfterFailures.failures(failures)] : [])],
      };
    },
  };
  await sendNotice(core, tx, notice, { to: toUser(user), facts });
}
