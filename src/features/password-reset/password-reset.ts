import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { consumeOneTimeToken, peekOneTimeToken, type TokenRow } from "../../core/one-time-tokens/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import {
  addressFailures,
  forgetAttempts,
  giveAttemptBack,
  passwordFailures,
  takeAttempt,
} from "../../core/throttling/index.ts";
import {
  findById,
  findPassword,
  confirmEmail as markConfirmed,
  parseEmailAddress,
  putPassword,
  type UserRow,
} from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";

export interface PasswordChoiceInput {
  token: string;
  password: string;
}

/**
 * The account a link for choosing a password belongs to, without using the link up (row RS-07).
 * Wrong tokens count for the client address. Throws `link_invalid` or `too_many_attempts`.
 */
export async function inspectPasswordLink(core: Core, token: string, facts: RequestFacts): Promise<UserRow> {
  const address = addressFailures(core, facts);
  await takeAttempt(core, [address]);
  const row = await peekOneTimeToken(core, core.db, "choose_password", token);
  const user = row?.user_id ? await findById(core.db, row.user_id) : undefined;
  const usable = user?.status === "active" && parseEmailAddress(user.email)?.key === row?.email_key;
  if (!usable || user === undefined) throw new LatchkeyError("link_invalid");
  await giveAttemptBack(core.db, address);
  return user;
}

/** Where a password has to be replaced, others may know it: it can't be chosen again (row PW-11). */
async function refuseDemandedPassword(core: Core, userId: string, typed: string): Promise<void> {
  const current = await findPassword(core.db, userId);
  if (current?.must_change !== 1 || !(await core.passwords.verify(current.hash, typed))) return;
  throw new LatchkeyError("invalid_input", { fields: { password: [{ code: "same_password" }] } });
}

/** A link that was mailed proves its address; one that an operator handed over, or a login led to, doesn't (row SU-08). */
async function confirmAddress(
  core: Core,
  tx: Transaction,
  { user, used, facts }: { user: UserRow; used: TokenRow; facts: RequestFacts },
): Promise<void> {
  if (used.address === null || user.email_confirmed_at !== null) return;
  await markConfirmed(tx, user.id, core.clock.now());
  await recordEvent(core, tx, { event: "user_email_confirmed", actor: user.id, subject: user.id, facts });
}

/** Tells the owner that the password is another one now (row RS-11). */
async function tell(
  core: Core,
  tx: Transaction,
  { user, used, facts }: { user: UserRow; used: TokenRow; facts: RequestFacts },
): Promise<void> {
  const { messages, siteName } = core.settings;
  const { passwordReset } = messages.mail;
  await sendNotice(
    core,
    tx,
    { userId: user.id, email: user.email, proven: user.email_confirmed_at !== null || used.address !== null },
    {
      kind: "password_reset",
      subject: passwordReset.subject(siteName),
      paragraphs: [passwordReset.text(siteName)],
    },
    facts,
  );
}

/**
 * Sets the chosen password by a single-use link. Ends every session, device and other link of the account, and
 * signs nobody in (rows RS-05, RS-09, RS-10). The owner is told by mail, unless it is the account's first password.
 * Throws `link_invalid`, `invalid_input`, `too_many_attempts`.
 */
export async function choosePassword(
  core: Core,
  input: PasswordChoiceInput,
  facts: RequestFacts,
): Promise<void> {
  const user = await inspectPasswordLink(core, input.token, facts);
  await core.passwords.refuseUnfit(input.password, [user.email, user.username]);
  await refuseDemandedPassword(core, user.id, input.password);
  const hash = await core.passwords.hash(input.password);
  await core.db.transaction(async (tx) => {
    const used = await consumeOneTimeToken(core, tx, "choose_password", input.token);
    if (used?.user_id !== user.id) throw new LatchkeyError("link_invalid");
    const hadPassword = (await findPassword(tx, user.id)) !== undefined;
    await putPassword(tx, user.id, hash, core.clock.now());
    await confirmAddress(core, tx, { user, used, facts });
    await credentialsChanged(core, tx, { userId: user.id, reason: "password_reset", facts });
    // What strangers guessed at was the old password: its owner gets in with the new one at once (row TH-04).
    await forgetAttempts(tx, passwordFailures(core, user.id, null));
    await recordEvent(core, tx, {
      event: "authn_password_change",
      actor: user.id,
      subject: user.id,
      detail: { by: "link" },
      facts,
    });
    if (hadPassword) await tell(core, tx, { user, used, facts });
  });
}
