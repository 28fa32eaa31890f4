import * as v from "valibot";
import type { Core } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import { askBefore } from "../../core/hooks/index.ts";
import {
  type AskedMail,
  consumeMailQuota,
  countMailRequest,
  deferMail,
  onAskedMail,
} from "../../core/mail-requests/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { operation } from "../../core/operations/index.ts";
import { typedName } from "../../core/requests/index.ts";
import {
  createOneTimeToken,
  killTokensOfPurpose,
  newestTokenOfUser,
  peekOneTimeToken,
} from "../../core/secrets/index.ts";
import { requireLive } from "../../core/sessions/index.ts";
import { emailKeyOf, findByEmailKey, findById, parseEmailAddress } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { fieldError } from "../../platform/errors/index.ts";
import { confirmChangeMail, requestedNotice, takenAddressMail } from "./mail.ts";

/** The wanted address of an account, as typed; null without a pending request. */
export async function pendingAddress(core: Core, userId: string): Promise<string | null> {
  const row = await newestTokenOfUser(core.db, userId, "change_email", core.clock.now());
  return row?.address ?? null;
}

/**
 * Requests another address. The account stays unchanged until the mailed link is used. The current address is notified
 * at once, with a way to object. For a taken address the same rows are written. So the answer, its time and the pending
 * request don't reveal it. A job checks the address, and mails the link or an explanation.
 */
// Rows CE-02, CE-03, CE-04.
export const changeEmail = operation({
  summary: "Mails the new address a link and notifies the current one; the same for a taken address",
  access: { to: "signed-in", fresh: "submit" },
  input: v.object({ email: typedName() }),
  refusals: ["refused", "too_many_attempts"],
  async run(core, { email: typed }, call) {
    const account = call.requireAccount();
    const { facts } = call;
    const { user } = account;
    const wanted = parseEmailAddress(typed);
    if (wanted === null) throw fieldError("email", "invalid_email");
    if (wanted.key === emailKeyOf(user.email)) throw fieldError("email", "same_email");
    await askBefore(core, "changeEmail", { user, email: wanted.address }, facts);
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
      await deferMail(core, tx, { job: "change_email", to: wanted.address, data: { token } }, facts);
      await sendNotice(core, tx, requestedNotice, { to: user, facts });
      await emit(core, tx, {
        event: "user_email_change_requested",
        actor: user.id,
        subject: user.id,
        facts,
      });
    });
    return { email: wanted.address };
  },
});

/**
 * Mails the link to a free address, and an explanation to the owner of a taken one. A newer request, a change of the
 * password or a disabled account voids the request's token.
 */
// Rows CE-04, CE-05.
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

export const emailChangeJobs = { change_email: onAskedMail(mailEmailChange) };
