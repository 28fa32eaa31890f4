import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { emit, emitAlone } from "../../core/events/index.ts";
import { completeLogin, type LoginContinues, prove } from "../../core/login/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { tryPassword } from "../../core/password-trials/index.ts";
import {
  checkbox,
  nextField,
  optionalTypedName,
  passwordField,
  typedName,
} from "../../core/requests/index.ts";
import type { LoginCompleted } from "../../core/sessions/index.ts";
import {
  findById,
  findPassword,
  findUserByLogin,
  loginIdentifier,
  type PasswordRow,
  type UserRow,
  upgradeHash,
} from "../../core/users/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";

/** The input of `auth.account.login`. */
export interface LoginInput {
  /** An email address or a username. */
  login: string;
  password: string;
  /** Keep the session when the browser closes. Default false. */
  remember?: boolean;
  /** The page after the sign-in. The steps of a sign-in keep it. */
  next?: string;
}

async function refuse(
  core: Core,
  user: UserRow | undefined,
  facts: RequestFacts,
  reason?: string,
): Promise<never> {
  const subject = user?.id ?? null;
  const detail = { method: "password", ...(reason === undefined ? {} : { reason }) };
  await emitAlone(core, { event: "authn_login_fail", subject, detail, facts });
  throw new LatchkeyError("invalid_credentials");
}

/**
 * The same password under today's parameters. Null if that is unnecessary, or impossible now: a sign-in must not wait
 * for it.
 */
async function strongerHash(core: Core, password: PasswordRow, typed: string): Promise<string | null> {
  if (!core.passwords.isOutdated(password.hash) || !core.passwords.isIdle()) return null;
  return core.passwords.hash(typed).catch(() => null);
}

/**
 * Whether the password was changed while it was being verified: then it no longer counts. A parallel sign-in may have
 * stored the same one under today's parameters. That changes neither its date nor the user's epoch.
 */
// Case A-RC-07.
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

/**
 * Signs in by password: find the user → reserve an attempt and verify the password → complete the sign-in. An unknown
 * account, a wrong password and a disabled account get one answer after equal work.
 */
// Rows TH-01, TH-02.
async function signInByPassword(
  core: Core,
  input: LoginInput,
  facts: RequestFacts,
): Promise<LoginCompleted | LoginContinues> {
  const bounds = core.passwords.boundsProblem(input.password);
  if (bounds !== null) throw fieldError("password", bounds);

  const identifier = loginIdentifier(input.login);
  const user = await findUserByLogin(core.db, identifier);
  const typed = `${identifier.kind} ${identifier.key}`;
  const right = await tryPassword(core, { user, typed, password: input.password }, facts);
  if (right === null || user === undefined) return refuse(core, user, facts);
  // Refused like a wrong password, before any effect of a right one.
  if (user.status !== "active") return refuse(core, user, facts, user.status);

  const evidence = { method: "password", factor: "knowledge", facts } as const;
  const proof = await prove(core, user, evidence).catch(async (error: unknown) => {
    await right.takeBack();
    throw error;
  });
  const { stored, failures } = right;
  const upgraded = await strongerHash(core, stored, input.password);
  const step = await core.db.transaction(async (tx) => {
    const current = await findPassword(tx, user.id);
    if (current === undefined || (await changedMeanwhile(tx, user, stored, current))) return "changed";
    if (upgraded !== null && (await upgradeHash(tx, user.id, stored.hash, upgraded)) === 1) {
      await emit(core, tx, { event: "authn_password_upgrade", subject: user.id, facts });
    }
    const { remember = false, next = null } = input;
    const completed = await completeLogin(core, tx, [proof], { remember, facts, next, failures });
    if (completed.status !== "refused") await right.succeeded(tx);
    return completed;
  });
  if (step === "changed") return refuse(core, user, facts);
  // The refusing policy writes its row. The answer is the same as for a wrong password.
  if (step.status === "refused") throw new LatchkeyError("invalid_credentials");
  return step;
}

export const login = operation({
  summary: "Signs in by password and starts a session",
  access: everyone,
  input: v.object({
    // An empty password is a problem of its field. If it is missing, another of the names may replace it.
    login: v.optional(typedName()),
    email: optionalTypedName(),
    username: optionalTypedName(),
    password: passwordField(),
    remember: checkbox(),
    next: nextField(),
  }),
  hashes: true,
  refusals: ["invalid_credentials", "too_many_attempts", "overloaded", "refused"],
  signsIn: true,
  async run(core, { login: named, email, username, password, remember, next }, call) {
    const identifier = named ?? email ?? username;
    if (identifier === undefined) throw fieldError("login", "required");
    const input = { login: identifier, password, remember, ...(next === undefined ? {} : { next }) };
    const step = await signInByPassword(core, input, call.facts);
    if (step.status === "signed_in") call.effects.signIn(step);
    return step;
  },
});
