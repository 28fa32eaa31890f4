import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import {
  type AskedMail,
  consumeMailQuota,
  countMailRequest,
  deferMail,
  onAskedMail,
} from "../../core/mail-requests/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import type { Jobs } from "../../core/outbox/index.ts";
import {
  createOneTimeToken,
  killTokensOfPurpose,
  newestTokenOfUser,
  peekOneTimeToken,
} from "../../core/secrets/index.ts";
import { type Account, requireLive } from "../../core/sessions/index.ts";
import { emailKeyOf, findByEmailKey, findById, parseEmailAddress } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { fieldError } from "../../platform/errors/index.ts";
import { confirmChangeMail, requestedNotice, takenAddressMail } from "./mail.ts";

/** The address an account waits for, as it was typed; null when it waits for none. */
export async function pendingAddress(core: Core, userId: string): Promise<string | null> {
  const row = await newestTokenOfUser(core.db, userId, "change_email", core.clock.now());
  return row?.address ?? null;
}

/**
 * Asks for another address. Nothing about the account changes until a link mailed there is used (row CE-02); the present
 * address is told at once, with a way to object (row CE-03). Whether the new one is taken makes no difference here: the
 * same rows are written, its token among them, so that neither answer nor time nor what the account waits for can tell.
 * An job finds it out, and mails the link or an explanation (row CE-04). The caller has checked that the sign-in is fresh.
 * Throws `invalid_input` (`invalid_email`, `same_email`), `too_many_attempts`, `login_required`.
 */
export async function requestEmailChange(
  core: Core,
  account: Account,
  typed: string,
  facts: RequestFacts,
): Promise<{ email: string }> {
  const { user } = account;
  const wanted = parseEmailAddress(typed);
  if (wanted === null) throw fieldError("email", "invalid_email");
  if (wanted.key === emailKeyOf(user.email)) throw fieldError("email", "same_email");
  await countMailRequest(core, facts);
  await core.db.transaction(async (tx) => {
    await requireLive(tx, account);
    await killTokensOfPurpose(tx, user.id, "change_email", core.clock.now());
    const token = await createOneTimeToken(core, tx, {
      purpose: "change_email",
      userId: user.id,
      emailKey: wanted.key,
      address: wanted.address,
      lifetimeMs: core.settings.lifetimes.emailChangeMs,
    });
    const deferred = { job: "change_email", to: wanted.address, data: { token } };
    await deferMail(core, tx, deferred, facts);
    await sendNotice(core, tx, requestedNotice, { to: user, facts });
    await recordEvent(core, tx, {
      event: "user_email_change_requested",
      actor: user.id,
      subject: user.id,
      facts,
    });
  });
  return { email: wanted.address };
}

/**
 * Mails the link to a free address, and an explanation to the owner of a taken one (row CE-04). Whatever killed the request
 * in the meantime killed its token: a newer request, a change of the password, a disabled account (row CE-05).
 */
async function mailEmailChange(core: Core, tx: Transaction, asked: AskedMail): Promise<void> {
  const token = asked.data.token ?? "";
  const row = await peekOneTimeToken(core, tx, "change_email", token);
  const user = await findById(tx, row?.user_id ?? "");
  if (row === undefined || row.address === null || user?.status !== "active") return;
  const owner = await findByEmailKey(tx, row.email_key);
  if (!(await consumeMailQuota(core, tx, row.email_key, { reserveLast: owner !== undefined }))) return;
  const locale = user.locale ?? asked.facts.locale;
  await core.outbox.enqueue(
    tx,
    owner === undefined
      ? await confirmChangeMail(core, { to: row.address, userId: user.id, locale }, token, asked)
      : await takenAddressMail(core, { to: owner.email, userId: owner.id, locale: owner.locale }, asked),
  );
}

export const emailChangeJobs: Jobs = { change_email: onAskedMail(mailEmailChange) };
