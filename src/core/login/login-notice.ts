import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { type Notice, sendNotice } from "../notices/index.ts";
import { toUser, type UserRow } from "../users/index.ts";

/** So many wrong passwords in a row before the right one deserve a notice; a few are normal. */
const MANY_FAILURES = 10;

/** The facts that may deserve a notice to the account's owner. */
interface LoginCircumstances {
  /** The device never signed in to the account. */
  newDevice: boolean;
  /** Wrong passwords in a row right before it. */
  failures: number;
}

/**
 * Notifies an account's owner of a sign-in from a new device, and of one after many wrong passwords in a row: one
 * mail for either or both. The very first sign-in of an account is its owner's, and its device isn't news. The
 * account stores the time of that, since devices expire.
 *
 * An unconfirmed address gets no notice. It may belong to a stranger, and repeated sign-ins could flood it.
 */
// Row TH-10.
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
