import { recordAlone, recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { knownDeviceId } from "../../core/devices/index.ts";
import { tryPassword } from "../../core/password-trials/index.ts";
import {
  type Account,
  endSession,
  type LoginCompleted,
  proofOf,
  renewSession,
} from "../../core/sessions/index.ts";
import type { PasswordRow } from "../../core/users/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";

/** Which field the password stood in, and what its failure is called in the audit. */
interface PasswordQuestion {
  typed: string;
  field: "password" | "current_password";
  failure: "authn_reauthentication_fail" | "authn_password_change_fail";
}

/**
 * A browser that used up the attempts of its own device may be a thief's on somebody's live session: it ends (row RA-05).
 * Attempts from unknown devices end nothing, since strangers can use those up.
 */
async function endSessionOnKnownDevice(
  core: Core,
  { user, session }: Account,
  facts: RequestFacts,
): Promise<void> {
  if ((await knownDeviceId(core, core.db, user.id, facts.deviceToken)) === null) return;
  const ended = { sessionId: session.id, userId: user.id, reason: "too_many_attempts", facts } as const;
  await core.db.transaction((tx) => endSession(core, tx, ended));
}

/**
 * Asks the signed-in person for their password again. A wrong one counts as a failed attempt of the account
 * (rows PW-13, TH-09); past the attempts of this device the session ends. Throws `invalid_input` with
 * the field code `wrong_password`, `too_many_attempts`, `overloaded`.
 */
export async function proveByPassword(
  core: Core,
  account: Account,
  { typed, field, failure }: PasswordQuestion,
  facts: RequestFacts,
): Promise<PasswordRow> {
  const { user } = account;
  const bounds = core.passwords.boundsProblem(typed);
  if (bounds !== null) throw new LatchkeyError("invalid_input", { fields: { [field]: [bounds] } });
  const trial = { user, typed: user.id, password: typed, signedIn: true };
  const right = await tryPassword(core, trial, facts).catch(async (error: unknown) => {
    const usedUp = error instanceof LatchkeyError && error.code === "too_many_attempts";
    if (usedUp) await endSessionOnKnownDevice(core, account, facts);
    throw error;
  });
  if (right === null) {
    await recordAlone(core, { event: failure, actor: user.id, subject: user.id, facts });
    throw new LatchkeyError("invalid_input", { fields: { [field]: [{ code: "wrong_password" }] } });
  }
  await core.db.transaction((tx) => right.succeeded(tx));
  return right.stored;
}

/**
 * Proves anew who is signed in: the session gets a new value and its limits start again (rows SL-02, SL-05, RA-03).
 * Throws what `proveByPassword` throws, and `login_required` if the session ended in the meantime.
 */
export async function reauthenticate(
  core: Core,
  account: Account,
  typed: string,
  facts: RequestFacts,
): Promise<LoginCompleted> {
  const failure = "authn_reauthentication_fail";
  await proveByPassword(core, account, { typed, field: "password", failure }, facts);
  return core.db.transaction(async (tx) => {
    const { user, session } = account;
    const renewed = await renewSession(core, tx, proofOf(user.id, "password"), { session, facts });
    if (!renewed.ok) throw new LatchkeyError("login_required");
    await recordEvent(core, tx, {
      event: "authn_reauthentication_success",
      actor: user.id,
      subject: user.id,
      detail: { session: renewed.session.id },
      facts,
    });
    return renewed;
  });
}
