import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import {
  type Account,
  credentialsChanged,
  type LoginCompleted,
  proofOf,
  renewSession,
} from "../../core/sessions/index.ts";
import { findPassword, putPassword } from "../../core/users/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { proveByPassword } from "../reauthenticate/index.ts";
import { passwordChangedNotice } from "./mail.ts";

export interface PasswordChangeInput {
  currentPassword: string;
  password: string;
}

/**
 * Changes the password of the person who is signed in. Every other session and device and every link ends in the same
 * transaction; this session goes on under a new value (rows PW-13, SL-02, SL-08), and the owner is told by mail.
 * Throws `invalid_input` (`wrong_password` on `current_password`, or what the policy says of `password`),
 * `too_many_attempts`, `overloaded`, `login_required`.
 */
export async function changePassword(
  core: Core,
  account: Account,
  input: PasswordChangeInput,
  facts: RequestFacts,
): Promise<LoginCompleted> {
  const { user, session } = account;
  await core.passwords.assertAcceptable(input.password, [user.email, user.username]);
  const proven = await proveByPassword(
    core,
    account,
    { typed: input.currentPassword, field: "current_password", failure: "authn_password_change_fail" },
    facts,
  );
  const hash = await core.passwords.hash(input.password, user.id);
  return core.db.transaction(async (tx) => {
    const current = await findPassword(tx, user.id);
    // Changed by another request while this one was hashing: what was proven is no longer the password.
    if (current?.hash !== proven.hash) throw new LatchkeyError("login_required");
    await putPassword(tx, user.id, hash, core.clock.now());
    await forgetPasswordFailures(core, tx, user.id);
    await credentialsChanged(core, tx, {
      userId: user.id,
      reason: "password_changed",
      keepSessionId: session.id,
      facts,
    });
    const renewed = await renewSession(core, tx, proofOf(user.id, "password"), { session, facts });
    if (!renewed.ok) throw new LatchkeyError("login_required");
    await recordEvent(core, tx, {
      event: "authn_password_change",
      actor: user.id,
      subject: user.id,
      detail: { by: "owner" },
      facts,
    });
    await sendNotice(core, tx, passwordChangedNotice, { to: user, facts });
    return renewed;
  });
}
