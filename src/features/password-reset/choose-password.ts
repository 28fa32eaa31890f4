import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { rememberDevice } from "../../core/devices/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { hashBefore } from "../../core/passwords/index.ts";
import { countLinkPassword, inspectLink, type MailedLink, useLink } from "../../core/secrets/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import {
  emailKeyOf,
  findById,
  findPassword,
  confirmEmail as markConfirmed,
  putPassword,
  toUser,
  type UserRow,
} from "../../core/users/index.ts";
import type { Secret } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { passwordResetNotice } from "./mail.ts";

export interface PasswordChoiceInput {
  token: string;
  password: string;
}

/** Whose password a link is for. */
interface StandingChoice {
  user: UserRow;
  /** Mailed, which proves the address; a link that an operator handed over, or a login led to, doesn't (row SU-08). */
  mailed: boolean;
}

const passwordLink: MailedLink<StandingChoice> = {
  purpose: "choose_password",
  async resolve(db, { user_id, address, email_key }) {
    const user = await findById(db, user_id ?? "");
    if (user?.status !== "active" || emailKeyOf(user.email) !== email_key) return undefined;
    return { user, mailed: address !== null };
  },
};

/** Whose password a link is for, without using it up (row RS-07). Throws `link_invalid` or `too_many_attempts`. */
export function inspectPasswordLink(core: Core, token: string, facts: RequestFacts): Promise<StandingChoice> {
  return inspectLink(core, passwordLink, token, facts);
}

/** Where a password has to be replaced, others may know it: it can't be chosen again (row PW-11). */
async function refuseDemandedPassword(core: Core, userId: string, typed: string): Promise<void> {
  const current = await findPassword(core.db, userId);
  if (current?.must_change !== 1 || !(await core.passwords.verify(hashBefore(current.hash), typed))) return;
  throw new LatchkeyError("invalid_input", { fields: { password: [{ code: "same_password" }] } });
}

async function confirmAddress(
  core: Core,
  tx: Transaction,
  { user, mailed }: StandingChoice,
  facts: RequestFacts,
): Promise<void> {
  if (!mailed || user.email_confirmed_at !== null) return;
  await markConfirmed(tx, user.id, core.clock.now());
  await recordEvent(core, tx, { event: "user_email_confirmed", actor: user.id, subject: user.id, facts });
}

export interface PasswordChosen {
  /** What the browser is known by from here on. */
  deviceToken: Secret;
}

/**
 * Sets the chosen password by a single-use link. Ends every session, device and other link of the account, and
 * signs nobody in (rows RS-05, RS-09, RS-10). The owner is told by mail, unless it is the account's first password.
 *
 * The browser counts as a known device of the account from here on: all others were just revoked, and its owner would have
 * to race whoever goes on guessing for the attempts of strangers (row TH-04, case A-BF-06).
 * Throws `link_invalid`, `invalid_input`, `too_many_attempts`.
 */
export async function choosePassword(
  core: Core,
  input: PasswordChoiceInput,
  facts: RequestFacts,
): Promise<PasswordChosen> {
  const { user } = await inspectPasswordLink(core, input.token, facts);
  await countLinkPassword(core, input.token);
  await core.passwords.assertAcceptable(input.password, [user.email, user.username]);
  await refuseDemandedPassword(core, user.id, input.password);
  const hash = await core.passwords.hash(input.password);
  return core.db.transaction(async (tx) => {
    const choice = await useLink(core, tx, passwordLink, input.token);
    const hadPassword = (await findPassword(tx, user.id)) !== undefined;
    await putPassword(tx, user.id, hash, core.clock.now());
    await confirmAddress(core, tx, choice, facts);
    await credentialsChanged(core, tx, { userId: user.id, reason: "password_reset", facts });
    // What strangers guessed at was the old password: its owner gets in with the new one at once (row TH-04).
    await forgetPasswordFailures(core, tx, user.id);
    await recordEvent(core, tx, {
      event: "authn_password_change",
      actor: user.id,
      subject: user.id,
      detail: { by: "link" },
      facts,
    });
    if (hadPassword) {
      const owner = toUser(choice.user);
      const to = { ...owner, emailVerified: owner.emailVerified || choice.mailed };
      await sendNotice(core, tx, passwordResetNotice, { to, facts });
    }
    const { token } = await rememberDevice(core, tx, user.id, facts.deviceToken);
    return { deviceToken: token };
  });
}
