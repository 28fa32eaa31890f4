import type { Core, RequestFacts } from "../../core/core.ts";
import { knownDeviceId } from "../../core/devices/index.ts";
import { emitAlone, type PlainEvent, type SecurityEvent } from "../../core/events/index.ts";
import { type Prover, proveAgain } from "../../core/login/index.ts";
import { hasPassword, tryPassword } from "../../core/password-trials/index.ts";
import { type Account, endSession } from "../../core/sessions/index.ts";
import type { PasswordRow } from "../../core/users/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { html, identifierForManagers } from "../../platform/html/index.ts";

/** The field of the password, and the audit's name for its failure. */
interface PasswordQuestion {
  typed: string;
  field: "password" | "current_password";
  failure: PlainEvent;
}

/**
 * A browser that used up its device's attempts may be a thief's with a live session, so the session ends. Attempts from
 * unknown devices end no session, because strangers can use those up.
 */
// Row RA-05.
async function endSessionOnKnownDevice(
  core: Core,
  { user, session }: Account,
  facts: RequestFacts,
): Promise<void> {
  if ((await knownDeviceId(core, core.db, user.id, facts.deviceToken)) === null) return;
  const ended = { sessionId: session.id, userId: user.id, reason: "too_many_attempts", facts } as const;
  await core.db.transaction((tx) => endSession(core, tx, { ...ended, actor: user.id }));
}

/**
 * Asks the signed-in account for its password again. A wrong one counts as a failed attempt of the account. If the
 * attempts of this device are used up, the session ends. Throws `invalid_input` with the field code `wrong_password`,
 * `too_many_attempts`, `overloaded`.
 */
// Rows PW-13, TH-09.
export async function proveByPassword(
  core: Core,
  account: Account,
  { typed, field, failure }: PasswordQuestion,
  facts: RequestFacts,
): Promise<PasswordRow> {
  const { user } = account;
  const bounds = core.passwords.boundsProblem(typed);
  if (bounds !== null) throw fieldError(field, bounds);
  const trial = { user, typed: user.id, password: typed, signedIn: true };
  const right = await tryPassword(core, trial, facts).catch(async (error: unknown) => {
    const usedUp = error instanceof LatchkeyError && error.code === "too_many_attempts";
    if (usedUp) await endSessionOnKnownDevice(core, account, facts);
    throw error;
  });
  if (right === null) {
    const failed = {
      event: failure,
      actor: user.id,
      subject: user.id,
      detail: { method: "password" },
      facts,
    };
    await emitAlone(core, failed as SecurityEvent);
    throw fieldError(field, "wrong_password");
  }
  await core.db.transaction((tx) => right.succeeded(tx));
  return right.stored;
}

/** The password as evidence of a signed-in account. */
export const passwordProver: Prover = {
  name: "password",
  field: "password",
  available: (core, { user }) => hasPassword(core.db, user.id),
  async prove(core, account, evidence, facts) {
    const failure = "authn_reauthentication_fail";
    await proveByPassword(core, account, { typed: evidence, field: "password", failure }, facts);
    return proveAgain(core, account.user.id, "password", "knowledge");
  },
  render: ({ messages, auth }, field) =>
    html`${identifierForManagers(auth.user?.email ?? "")}${field({
      name: "password",
      label: messages.common.passwordLabel,
      type: "password",
      autocomplete: "current-password",
      required: true,
      autofocus: true,
    })}`,
};
