import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { consumeOneTimeToken, peekOneTimeToken } from "../../core/one-time-tokens/index.ts";
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
  parseEmailAddress,
  putPassword,
  type UserRow,
} from "../../core/users/index.ts";
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

/**
 * Sets the chosen password by a single-use link. Ends every session, device and other link of the account, and
 * signs nobody in (rows RS-05, RS-09, RS-10). Throws `link_invalid`, `invalid_input`, `too_many_attempts`.
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
    await putPassword(tx, user.id, hash, core.clock.now());
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
  });
}
