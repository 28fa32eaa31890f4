import * as v from "valibot";
import type { Core } from "../../core/core.ts";
import {
  completeLogin,
  findPending,
  type LoginStage,
  type PendingLogin,
  pendingToken,
  takePending,
} from "../../core/login/index.ts";
import { type Call, everyone, operation } from "../../core/operations/index.ts";
import { optionalLine, passwordField } from "../../core/requests/index.ts";
import { countLinkPassword } from "../../core/secrets/index.ts";
import { findPassword } from "../../core/users/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { hashChoice, setChosenPassword } from "../password-reset/index.ts";

/** A possibly known password must be replaced before the sign-in continues. */
// Row PW-11.
export const choosePasswordStage: LoginStage = {
  name: "choose_password",
  path: "/login/choose-password",
  code: "password_change_required",
  needed: async (_core, tx, { user }) => (await findPassword(tx, user.id))?.must_change === 1,
};

const stage = choosePasswordStage.name;

/** The sign-in of this browser that waits for a new password. Throws `login_required`. */
export function pendingReplacement(core: Core, call: Call): Promise<PendingLogin> {
  return findPending(core, { token: call.facts.preSession, stage });
}

/** Replaces the password during a sign-in, and continues the sign-in. */
export const replacePassword = operation({
  summary: "Replaces the password during a sign-in, which then continues",
  access: everyone,
  input: v.object({ password: passwordField(), login: optionalLine() }),
  signsIn: true,
  refusals: ["login_required", "too_many_attempts", "overloaded"],
  async run(core, { password, login }, call) {
    const { facts } = call;
    const token = pendingToken(call, login);
    const { user } = await findPending(core, { token, stage });
    await countLinkPassword(core, token?.reveal() ?? "");
    const hash = await hashChoice(core, user, password);
    const step = await core.db.transaction(async (tx) => {
      const pending = await takePending(core, tx, { token, stage });
      await setChosenPassword(core, tx, { user: pending.user, hash, by: "demand", mailed: false, facts });
      return completeLogin(core, tx, pending.proofs, { ...pending, facts });
    });
    if (step.status === "refused") throw new LatchkeyError("login_required");
    if (step.status === "signed_in") call.effects.signIn(step);
    return step;
  },
});
