import { recordAlone, recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { tryPassword } from "../../core/password-trials/index.ts";
import { createOneTimeToken, killTokensOfPurpose } from "../../core/secrets/index.ts";
import { completeLogin, type LoginCompleted, proofOf } from "../../core/sessions/index.ts";
import {
  emailKeyOf,
  findById,
  findPassword,
  findUserByLogin,
  loginIdentifier,
  type PasswordRow,
  type UserRow,
  upgradeHash,
} from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { MINUTE } from "../../platform/time/index.ts";

export interface LoginInput {
  /** An e-mail address or a username. */
  login: string;
  password: string;
  /** Keep the session when the browser closes. Default false. */
  remember?: boolean;
}

/** Signed in; or the password was right but has to be replaced first (row PW-11). */
export type LoginResult = LoginCompleted | { ok: true; passwordChangeToken: string };

const CHANGE_LIFETIME_MS = 20 * MINUTE;

async function refuse(
  core: Core,
  user: UserRow | undefined,
  facts: RequestFacts,
  reason?: string,
): Promise<never> {
  const subject = user?.id ?? null;
  const detail = { method: "password", ...(reason === undefined ? {} : { reason }) };
  await recordAlone(core, { event: "authn_login_fail", subject, detail, facts });
  throw new LatchkeyError("invalid_credentials");
}

/** The same password under today's parameters, or null: not needed, or not now, since a login must not wait for it. */
async function strongerHash(core: Core, password: PasswordRow, typed: string): Promise<string | null> {
  if (!core.passwords.isOutdated(password.hash) || !core.passwords.isIdle()) return null;
  return core.passwords.hash(typed).catch(() => null);
}

/**
 * Whether the password was changed while it was being verified: then it counts no more (case A-RC-07). A parallel
 * login may only have stored the same one under today's parameters, which moves neither its date nor the user's epoch.
 */
async function changedMeanwhile(
  tx: Transaction,
  user: UserRow,
  verified: PasswordRow,
  current: PasswordRow,
): Promise<boolean> {
  if (current.hash === verified.hash) return false;
  if (current.changed_at !== verified.changed_at) return true;
  return (await findById(tx, user.id))?.epoch !== user.epoch;
}

/** The right password, but one that has to be replaced: a link for that, and no session (row PW-11). */
export async function demandPasswordChoice(
  core: Core,
  tx: Transaction,
  user: UserRow,
  facts: RequestFacts,
): Promise<{ ok: true; passwordChangeToken: string }> {
  // One live token, however often the login is repeated (row RS-04).
  await killTokensOfPurpose(tx, user.id, "choose_password", core.clock.now());
  const passwordChangeToken = await createOneTimeToken(core, tx, {
    purpose: "choose_password",
    userId: user.id,
    emailKey: emailKeyOf(user.email),
    lifetimeMs: CHANGE_LIFETIME_MS,
  });
  const detail = { purpose: "choose_password", demanded: true };
  await recordEvent(core, tx, {
    event: "authn_token_created",
    actor: user.id,
    subject: user.id,
    detail,
    facts,
  });
  return { ok: true, passwordChangeToken };
}

/**
 * Signs in by password. Reads as the design demands: find the user → reserve an attempt and verify the password →
 * apply policy → issue the session. Unknown, wrong, disabled: one answer after equal work (rows TH-01, TH-02).
 * Throws `invalid_credentials`, `too_many_attempts`, `overloaded`, or `invalid_input` for an impossible password.
 */
export async function login(core: Core, input: LoginInput, facts: RequestFacts): Promise<LoginResult> {
  const bounds = core.passwords.boundsProblem(input.password);
  if (bounds !== null) throw new LatchkeyError("invalid_input", { fields: { password: [bounds] } });

  const identifier = loginIdentifier(input.login);
  const user = await findUserByLogin(core.db, identifier);
  const typed = `${identifier.kind} ${identifier.key}`;
  const right = await tryPassword(core, { user, typed, password: input.password }, facts);
  if (right === null || user === undefined) return refuse(core, user, facts);
  // Refused like a wrong password, before anything that only a right one has done.
  if (user.status !== "active") return refuse(core, user, facts, user.status);

  const { stored, failures } = right;
  const upgraded = await strongerHash(core, stored, input.password);
  const result = await core.db.transaction(async (tx) => {
    const current = await findPassword(tx, user.id);
    if (current === undefined || (await changedMeanwhile(tx, user, stored, current))) return "changed";
    if (upgraded !== null && (await upgradeHash(tx, user.id, stored.hash, upgraded)) === 1) {
      await recordEvent(core, tx, { event: "authn_password_upgrade", subject: user.id, facts });
    }
    const completed =
      current.must_change === 1
        ? await demandPasswordChoice(core, tx, user, facts)
        : await completeLogin(core, tx, proofOf(user.id, "password"), {
            remember: input.remember ?? false,
            facts,
            failures,
          });
    if (!completed.ok) return "refused";
    await right.succeeded(tx);
    return completed;
  });
  if (result === "changed") return refuse(core, user, facts);
  // Its row is written by whoever refused; the answer is the same as for a wrong password.
  if (result === "refused") throw new LatchkeyError("invalid_credentials");
  return result;
}
