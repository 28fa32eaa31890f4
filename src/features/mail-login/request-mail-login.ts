import * as v from "valibot";
import type { Core } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import {
  type AskedMail,
  consumeMailQuota,
  onAskedMail,
  requestMail,
} from "../../core/mail-requests/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { checkbox, nextField, typedName } from "../../core/requests/index.ts";
import { browserOf, createMailedCode } from "../../core/secrets/index.ts";
import { findByEmailKey } from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { mailConfirmationAgain } from "../email-confirmation/index.ts";
import { mailLoginCode } from "./code.ts";
import { mailLoginMail } from "./mail.ts";

/** The input of `auth.account.requestMailLogin`. */
export interface MailLoginRequest {
  email: string;
  /** Keep the session when the browser closes. Default false. */
  remember?: boolean;
  /** The page after signing in; checked when it is used. */
  next?: string;
}

/**
 * Mails the owner of the address a link and a code for signing in, valid only in the requesting browser. It doesn't
 * reveal whether an account exists.
 */
// Row TH-01.
export const requestMailLogin = operation({
  summary: "Mails a link and a code for signing in if an account has the address; always answers the same",
  access: everyone,
  input: v.object({ email: typedName(), remember: checkbox(), next: nextField() }),
  refusals: ["other_browser", "too_many_attempts"],
  async run(core, { email, remember, next }, call) {
    const facts = call.recognise();
    const browser = browserOf(facts);
    if (browser === null) throw new LatchkeyError("other_browser", { detail: "asked by no browser" });
    const data = { browser: browser.toString("hex"), remember: remember ? "yes" : "no", next: next ?? null };
    const event = "authn_mail_login_requested";
    await requestMail(core, { job: "mail_login", event, typed: email, data }, facts);
    return { email: email.trim(), remember };
  },
});

/**
 * A stranger may have registered an unconfirmed account with their own password. Its owner gets the confirmation mail
 * instead, which leads to a new password.
 */
// Row VE-03.
async function mailWayIn(
  core: Core,
  tx: Transaction,
  { emailKey, facts, time, data }: AskedMail,
): Promise<void> {
  const lifetimeMs = time + core.settings.lifetimes.mailLoginMs - core.clock.now();
  // After this delay it would arrive expired.
  if (lifetimeMs <= 0) return;
  const user = await findByEmailKey(tx, emailKey);
  if (user === undefined || user.email_confirmed_at === null)
    return mailConfirmationAgain(core, tx, emailKey);
  if (user.status !== "active" || !(await consumeMailQuota(core, tx, emailKey, { reserveLast: true })))
    return;
  const made = await createMailedCode(core, tx, mailLoginCode, {
    userId: user.id,
    emailKey,
    browser: Buffer.from(data.browser ?? "", "hex"),
    data: { remember: data.remember === "yes", ...(data.next ? { next: data.next } : {}) },
    lifetimeMs,
  });
  await emit(core, tx, {
    event: "authn_token_created",
    subject: user.id,
    detail: { purpose: "mail_login", by: "mail" },
    facts,
  });
  await core.outbox.enqueue(tx, await mailLoginMail(core, user, { ...made, facts, time }));
}

export const mailLoginJobs = { mail_login: onAskedMail(mailWayIn) };
