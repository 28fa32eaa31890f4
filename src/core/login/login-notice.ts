import type { Transaction } from "../../platform/database/index.ts";
import { HOUR } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { hasSignedIn } from "../devices/index.ts";
import { type Notice, sendNotice, sendNoticeLater } from "../notices/index.ts";
import { countMails } from "../outbox/index.ts";
import { toUser, type UserRow } from "../users/index.ts";

/** More mails about unfinished sign-ins would not be news. An owner's own sign-in must leave room for a stranger's. */
const UNFINISHED_AN_HOUR = 3;

/** This many wrong passwords in a row before the right one deserve a notice. A few are normal. */
const MANY_FAILURES = 10;

/** The facts that may deserve a notice. */
interface LoginCircumstances {
  /** The device never signed in to the account. */
  newDevice: boolean;
  /** Wrong passwords in a row right before it. */
  failures: number;
}

/**
 * Prepares the mail about an unfinished sign-in on a new device, after a right proof. It is sent after `delayMs`,
 * unless the sign-in continues before. Returns its id, or null if the owner needs no mail.
 *
 * @see row TH-10
 */
export async function warnOfUnfinishedLogin(
  core: Core,
  tx: Transaction,
  user: UserRow,
  { facts, delayMs }: { facts: RequestFacts; delayMs: number },
): Promise<string | null> {
  const kind = "unfinished_login";
  if (user.first_login_at === null || (await hasSignedIn(tx, user.id, facts.deviceToken))) return null;
  const recent = await countMails(tx, user.id, kind, core.clock.now() - HOUR);
  if ((recent?.count ?? 0) >= UNFINISHED_AN_HOUR) return null;
  const notice: Notice = {
    kind,
    write({ common }, siteName) {
      const { subject, text } = common.mail.unfinishedLogin;
      return { subject: subject(siteName), paragraphs: [text(siteName)] };
    },
  };
  return sendNoticeLater(core, tx, notice, { to: toUser(user), facts, delayMs });
}

/**
 * Notifies an owner of a sign-in from a new device or after many wrong passwords in a row. The first
 * sign-in of an account is its owner's, so its device needs no notice. The account stores its time, since devices
 * expire.
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
