import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { emit } from "../../core/events/index.ts";
import { proveAgain, renewSession } from "../../core/login/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { operation, signedIn } from "../../core/operations/index.ts";
import { findWorkingPassword, hasPassword } from "../../core/password-trials/index.ts";
import { passwordField } from "../../core/requests/index.ts";
import { type Account, credentialsChanged, requireFreshProof } from "../../core/sessions/index.ts";
import { putPassword } from "../../core/users/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { proveByPassword } from "../login/index.ts";
import { passwordChangedNotice } from "./mail.ts";

/** The input of `auth.account.changePassword`. */
export interface PasswordChangeInput {
  /** Required if the account has a password. Without one, the last proof has to be fresh. */
  currentPassword?: string | undefined;
  password: string;
}

/** Proves the account, and returns its stored hash: undefined if it has no password that works. */
async function proveOwner(
  core: Core,
  account: Account,
  typed: string | undefined,
  facts: RequestFacts,
): Promise<string | undefined> {
  if (!(await hasPassword(core.db, account.user.id))) {
    requireFreshProof(core, account, core.settings.freshness.submitMs);
    return undefined;
  }
  if (typed === undefined) throw fieldError("current_password", "required");
  const failure = "authn_password_change_fail";
  return (await proveByPassword(core, account, { typed, field: "current_password", failure }, facts)).hash;
}

/**
 * Changes the password of the signed-in account, or sets its first one. Every other session, every device and every
 * link ends in the same transaction. This session continues with a new value, and the owner is notified by mail.
 */
// Rows PW-13, SL-02, SL-08.
export const changePassword = operation({
  summary: "Changes the password; ends every other session and renews this one",
  access: signedIn,
  input: v.object({ currentPassword: v.optional(passwordField()), password: passwordField() }),
  refusals: ["reauthentication_required", "too_many_attempts", "overloaded"],
  async run(core, { currentPassword, password }, call) {
    const account = call.requireAccount();
    const { facts } = call;
    const { user, session } = account;
    await core.passwords.assertAcceptable(password, [user.email, user.username]);
    const proven = await proveOwner(core, account, currentPassword, facts);
    const hash = await core.passwords.hash(password, user.id);
    const proof = proveAgain(core, user.id, "password", "knowledge");
    const renewed = await core.db.transaction(async (tx) => {
      const current = await findWorkingPassword(tx, user.id);
      // Another request changed the password while this one was hashing, so the proven one is no longer valid.
      if (current?.hash !== proven) throw new LatchkeyError("login_required");
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
