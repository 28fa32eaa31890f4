import * as v from "valibot";
import type { Core } from "../../core/core.ts";
import {
  type AskedMail,
  consumeMailQuota,
  onAskedMail,
  requestMail,
} from "../../core/mail-requests/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { typedName } from "../../core/requests/index.ts";
import { findByEmailKey, type UserRow } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { mailConfirmationAgain } from "../email-confirmation/index.ts";
import { resetMail } from "./mail.ts";
import { issuePasswordLink } from "./password-link.ts";

/**
 * Mails a way to a new password to the owner of the address. It doesn't reveal whether an account exists. The old
 * password and every session stay valid.
 */
// Row RS-01.
export const forgotPassword = operation({
  summary: "Mails a link for choosing a password if an account has the address; always answers the same",
  access: everyone,
  input: v.object({ email: typedName() }),
  refusals: ["too_many_attempts"],
  async run(core, { email }, { facts }) {
    const event = "authn_password_reset_requested";
    await requestMail(core, { job: "forgot_password", event, typed: email }, facts);
    return { email: email.trim() };
  },
});

/**
 * Mails an account a link for choosing a password; earlier ones die. The link carries its recipient address, so that
 * using it proves that address.
 */
// Row RS-04.
async function mailPasswordLink(
  core: Core,
  tx: Transaction,
  user: UserRow,
  { emailKey, facts, time }: AskedMail,
): Promise<void> {
  if (!(await consumeMailQuota(core, tx, emailKey, { reserveLast: false }))) return;
  const token = await issuePasswordLink(core, tx, user.id, {
    emailKey,
    address: user.email,
    lifetimeMs: core.settings.lifetimes.resetMs,
    facts,
  });
  await core.outbox.enqueue(tx, await resetMail(core, user, { token, facts, time }));
}

/** Reads the account when the job runs: it may have changed since the request. */
async function mailResetOrConfirmation(core: Core, tx: Transaction, asked: AskedMail): Promise<void> {
  const user = await findByEmailKey(tx, asked.emailKey);
  // A registration may wait for this address. Its link leads to choosing a password.
  if (user === undefined) await mailConfirmationAgain(core, tx, asked.emailKey);
  else if (user.status === "active") await mailPasswordLink(core, tx, user, asked);
}

export const passwordResetJobs = { forgot_password: onAskedMail(mailResetOrConfirmation) };
