import * as v from "valibot";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { emit } from "../../core/events/index.ts";
import { proveAgain, renewSession } from "../../core/login/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { operation, signedIn } from "../../core/operations/index.ts";
import { passwordField } from "../../core/requests/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import { findPassword, putPassword } from "../../core/users/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { proveByPassword } from "../login/index.ts";
import { passwordChangedNotice } from "./mail.ts";

/** What `auth.account.changePassword` takes. */
export interface PasswordChangeInput {
  currentPassword: string;
  password: string;
}

/**
 * Changes the password of the signed-in account. Every other session, every device and every link ends in the same
 * transaction. This session continues under a new value, and the owner is notified by mail.
 */
// Rows PW-13, SL-02, SL-08.
export const changePassword = operation({
  summary: "Changes the password; ends every other session and renews this one",
  access: signedIn,
  input: v.object({ currentPassword: passwordField(), password: passwordField() }),
  refusals: ["too_many_attempts", "overloaded"],
  async run(core, { currentPassword, password }, call) {
    const account = call.requireAccount();
    const { facts } = call;
    const { user, session } = account;
    await core.passwords.assertAcceptable(password, [user.email, user.username]);
    const failure = "authn_password_change_fail";
    const asked = { typed: currentPassword, field: "current_password", failure } as const;
    const proven = await proveByPassword(core, account, asked, facts);
    const hash = await core.passwords.hash(password, user.id);
    const proof = proveAgain(core, user.id, "password", "knowledge");
    const renewed = await core.db.transaction(async (tx) => {
      const current = await findPassword(tx, user.id);
      // Another request changed it while this one was hashing: the proven password is no longer valid.
      if (current?.hash !== proven.hash) throw new LatchkeyError("login_required");
      await putPassword(tx, user.id, hash, core.clock.now());
      await forgetPasswordFailures(core, tx, user.id);
      await credentialsChanged(core, tx, {
        userId: user.id,
        reason: "password_changed",
        actor: user.id,
        keepSessionId: session.id,
        facts,
      });
      const step = await renewSession(core, tx, proof, { session, facts });
      if (step.status === "refused") throw new LatchkeyError("login_required");
      const detail = { by: "owner" };
      await emit(core, tx, {
        event: "authn_password_change",
        actor: user.id,
        subject: user.id,
        detail,
        facts,
      });
      await sendNotice(core, tx, passwordChangedNotice, { to: user, facts });
      return step;
    });
    call.effects.signIn(renewed);
    return renewed;
  },
});
