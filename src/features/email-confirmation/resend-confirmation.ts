import * as v from "valibot";
import type { Core } from "../../core/core.ts";
import { consumeMailQuota, onAskedMail, requestMail } from "../../core/mail-requests/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { typedName } from "../../core/requests/index.ts";
import { findByEmailKey } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { mailConfirmation, newestPendingRegistration } from "../registration/index.ts";

/** Mails a new confirmation link if one is due. It never reveals whether: the answer doesn't wait for the look-up. */
// Row VE-04.
export const resendConfirmation = operation({
  summary: "Mails a new confirmation link if one is due; always answers the same",
  access: everyone,
  input: v.object({ email: typedName() }),
  refusals: ["too_many_attempts"],
  async run(core, { email }, { facts }) {
    const event = "user_confirmation_requested";
    await requestMail(core, { job: "resend_confirmation", event, typed: email }, facts);
    return { email: email.trim() };
  },
});

/** Mails a confirmation link if a registration waits for this address, or if its account isn't confirmed yet. */
export async function mailConfirmationAgain(core: Core, tx: Transaction, emailKey: string): Promise<void> {
  const user = await findByEmailKey(tx, emailKey);
  if (user !== undefined && (user.status !== "active" || user.email_confirmed_at !== null)) return;
  const waiting = user ?? (await newestPendingRegistration(tx, emailKey, core.clock.now()));
  if (waiting === undefined || !(await consumeMailQuota(core, tx, emailKey, { reserveLast: false }))) return;
  const whose = user === undefined ? { registrationId: waiting.id } : { userId: waiting.id };
  await mailConfirmation(core, tx, { ...whose, emailKey }, { to: waiting.email, locale: waiting.locale });
}

export const emailConfirmationJobs = {
  resend_confirmation: onAskedMail((core, tx, { emailKey }) => mailConfirmationAgain(core, tx, emailKey)),
};
