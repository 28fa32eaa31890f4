import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { rememberDevice } from "../../core/devices/index.ts";
import { emit } from "../../core/events/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { hashBefore } from "../../core/passwords/index.ts";
import { line, passwordField } from "../../core/requests/index.ts";
import { countLinkPassword, inspectLink, type MailedLink, useLink } from "../../core/secrets/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import {
  emailKeyOf,
  findById,
  findPassword,
  markEmailConfirmed,
  putPassword,
  toUser,
  type UserRow,
} from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { fieldError } from "../../platform/errors/index.ts";
import { endOwnSession } from "../logout/index.ts";
import { passwordResetNotice } from "./mail.ts";

/** The account of a link. */
interface StandingChoice {
  user: UserRow;
  /** A mailed link proves the address. A link from an operator or from a login doesn't. */
  // Row SU-08.
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

/** Resolves a link to its account without using it up. Throws `link_invalid` or `too_many_attempts`. */
// Row RS-07.
export function inspectPasswordLink(core: Core, token: string, facts: RequestFacts): Promise<StandingChoice> {
  return inspectLink(core, passwordLink, token, facts);
}

/** A password that must be replaced may be known: it can't be chosen again. */
// Row PW-11.
async function refuseDemandedPassword(core: Core, userId: string, typed: string): Promise<void> {
  const current = await findPassword(core.db, userId);
  if (current?.must_change !== 1 || !(await core.passwords.verify(hashBefore(current.hash), typed))) return;
  throw fieldError("password", "same_password");
}

async function confirmAddress(
  core: Core,
  tx: Transaction,
  { user, mailed }: StandingChoice,
  facts: RequestFacts,
): Promise<void> {
  if (!mailed || user.email_confirmed_at !== null) return;
  await markEmailConfirmed(tx, user.id, core.clock.now());
  await emit(core, tx, { event: "user_email_confirmed", actor: user.id, subject: user.id, facts });
}

interface Choosing {
  user: UserRow;
  hash: string;
  /** The cause of the choice: a `link`, or a sign-in that requires it. */
  by: "link" | "demand";
  /** The choice proves the address. */
  mailed: boolean;
  facts: RequestFacts;
}

/**
 * Gives the account a chosen password and ends its sessions, devices and links. The owner is notified by mail, unless
 * it is the account's first password.
 */
export async function setChosenPassword(
  core: Core,
  tx: Transaction,
  { user, hash, by, mailed, facts }: Choosing,
): Promise<void> {
  const hadPassword = (await findPassword(tx, user.id)) !== undefined;
  await putPassword(tx, user.id, hash, core.clock.now());
  await confirmAddress(core, tx, { user, mailed }, facts);
  const who = { actor: user.id, facts };
  await credentialsChanged(core, tx, { userId: user.id, reason: "password_reset", ...who });
  // Strangers guessed at the old password. The owner must get in with the new one at once.
  await forgetPasswordFailures(core, tx, user.id);
  await emit(core, tx, { event: "authn_password_change", subject: user.id, detail: { by }, ...who });
  if (!hadPassword) return;
  const owner = toUser(user);
  const to = { ...owner, emailVerified: owner.emailVerified || mailed };
  await sendNotice(core, tx, passwordResetNotice, { to, facts });
}

/** The hash of an acceptable choice. Throws `invalid_input`, `overloaded`. */
export async function hashChoice(core: Core, user: UserRow, password: string): Promise<string> {
  await core.passwords.assertAcceptable(password, [user.email, user.username]);
  await refuseDemandedPassword(core, user.id, password);
  return core.passwords.hash(password);
}

/**
 * Sets the chosen password by a single-use link. Ends every session, device and other link of the account. Signs out
 * the browser, whichever account it had: the link may belong to another account.
 *
 * From here on the browser counts as a known device of the account. All others were just revoked. Otherwise guessing
 * strangers could use up the owner's attempts.
 */
// Rows RS-05, RS-09, RS-10, TH-04; case A-BF-06.
export const choosePassword = operation({
  summary: "Sets the chosen password and ends every session of the account",
  access: everyone,
  input: v.object({ token: line(), password: passwordField() }),
  refusals: ["link_invalid", "too_many_attempts", "overloaded"],
  async run(core, { token, password }, call) {
    const { facts } = call;
    const { user } = await inspectPasswordLink(core, token, facts);
    await countLinkPassword(core, token);
    const hash = await hashChoice(core, user, password);
    const deviceToken = await core.db.transaction(async (tx) => {
      const choice = await useLink(core, tx, passwordLink, token);
      await setChosenPassword(core, tx, { ...choice, hash, by: "link", facts });
      return (await rememberDevice(core, tx, user.id, facts)).token;
    });
    await endOwnSession(core, facts);
    if (call.account !== null) call.effects.signOut();
    call.effects.keepDevice(deviceToken);
    return { deviceToken };
  },
});
