import type { Transaction } from "../../platform/database/index.ts";
import { HOUR } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { hasSignedIn } from "../devices/index.ts";
import { type Notice, sendNotice, sendNoticeLater } from "../notices/index.ts";
import { countMails } from "../outbox/index.ts";
import { toUser, type UserRow } from "../users/index.ts";

/** More mails about unfinished sign-ins would be no news. An owner's own one must leave room for a stranger's. */
const UNFINISHED_AN_HOUR = 3;

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
 * Prepares the mail about a sign-in on a new device that got past its proof and isn't finished. It leaves after
 * `delayMs`, unless the sign-in goes on before. Returns its id, or null if there is nothing to say.
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
