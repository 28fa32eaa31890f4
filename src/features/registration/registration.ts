import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { consumeOrThrow } from "../../core/counters/index.ts";
import { emit } from "../../core/events/index.ts";
import { isAddressClaimed } from "../../core/feature/index.ts";
import { askBefore } from "../../core/hooks/index.ts";
import { completeLogin, type LoginContinues, prove } from "../../core/login/index.ts";
import { consumeMailQuota } from "../../core/mail-requests/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { nextField, optionalTypedName, passwordField, typedName } from "../../core/requests/index.ts";
import { createOneTimeToken } from "../../core/secrets/index.ts";
import type { LoginCompleted } from "../../core/sessions/index.ts";
import {
  findByEmailKey,
  findByUsernameKey,
  insertUser,
  parseEmailAddress,
  parseUsername,
  putPassword,
  readOwnFields,
} from "../../core/users/index.ts";
import { digest, uuidv7 } from "../../platform/crypto/index.ts";
import { type Transaction, UniqueViolation } from "../../platform/database/index.ts";
import { type FieldProblems, LatchkeyError } from "../../platform/errors/index.ts";
import { registrations } from "./budget.ts";
import { confirmationMail, mailConfirmation, takenMail } from "./mail.ts";
import { insertPendingRegistration } from "./queries.ts";
import { mayRegister } from "./settings.ts";

/** The input of `auth.account.register`. */
export interface RegistrationInput {
  email: string;
  password: string;
  username?: string;
  /** The page after the confirmation: a path of the origin; anything else counts as absent. */
  next?: string;
  /** The application's own fields. */
  fields?: Readonly<Record<string, unknown>>;
}

/** The same after its check. */
type Given = { [Name in keyof RegistrationInput]: RegistrationInput[Name] | undefined } & Pick<
  RegistrationInput,
  "email" | "password"
>;

/** A confirmation was mailed (or, to the owner of a taken address, an explanation); or a sign-in follows. */
type RegistrationResult = { status: "confirmation_sent"; email: string } | LoginCompleted | LoginContinues;

/** The input, checked and in canonical form. */
interface Candidate {
  email: string;
  emailKey: string;
  username: string | null;
  usernameKey: string | null;
  password: string;
  /** The application's own fields, checked. */
  values: Readonly<Record<string, unknown>>;
  /** The same as JSON. */
  fields: string;
  next: string | null;
}

async function readCandidate(core: Core, input: Given): Promise<Candidate> {
  const problems: FieldProblems = {};
  const email = parseEmailAddress(input.email);
  if (email === null) problems.email = [{ code: "invalid_email" }];
  const username = input.username === undefined ? null : parseUsername(input.username);
  if (username !== null && !username.ok) {
    const bounds = { too_short: { minimum: 3 }, too_long: { maximum: 32 } } as const;
    problems.username =
      username.code === "too_short" || username.code === "too_long"
        ? [{ code: username.code, ...bounds[username.code] }]
        : [{ code: username.code === "invalid_characters" ? "invalid_username" : username.code }];
  }
  const password = await core.passwords.problem(input.password, [input.email, input.username]);
  if (password !== null) problems.password = [password];
  const own = await readOwnFields(core.settings.userFields, input.fields ?? {});
  Object.assign(problems, own.problems);
  if (email === null || Object.keys(problems).length > 0)
    throw new LatchkeyError("invalid_input", { fields: problems });
  const names = username?.ok ? username : null;
  return {
    email: email.address,
    emailKey: email.key,
    username: names?.username ?? null,
    usernameKey: names?.key ?? null,
    password: input.password,
    values: own.values,
    fields: JSON.stringify(own.values),
    next: input.next ?? null,
  };
}

/** The refusal of a taken address or username. */
export function taken(field: "email" | "username"): LatchkeyError {
  const code = field === "email" ? "email_taken" : "username_taken";
  return new LatchkeyError(code, { fields: { [field]: [{ code }] } });
}

/** Usernames are public, so a taken one may be reported. Addresses aren't (contract, "Registration"). */
async function refuseTakenUsername(core: Core, { usernameKey }: Candidate): Promise<void> {
  if (usernameKey !== null && (await findByUsernameKey(core.db, usernameKey)) !== undefined)
    throw taken("username");
}

/** The violated uniqueness of the store, as a refusal. */
// Row SU-04.
export function takenBy(error: unknown): unknown {
  if (!(error instanceof UniqueViolation)) return error;
  if (error.columns.includes("users.username_key")) return taken("username");
  if (error.columns.includes("users.email_key")) return taken("email");
  return error;
}

async function askForConfirmation(
  core: Core,
  candidate: Candidate,
  hash: string,
  facts: RequestFacts,
): Promise<RegistrationResult> {
  await core.db.transaction(async (tx) => {
    const owner = await findByEmailKey(tx, candidate.emailKey);
    const mailed = await consumeMailQuota(core, tx, candidate.emailKey, { reserveLast: owner !== undefined });
    if (owner === undefined) {
      const token = await keepRegistration(core, tx, candidate, hash, facts);
      if (mailed)
        await core.outbox.enqueue(
          tx,
          await confirmationMail(core, { to: candidate.email, locale: facts.locale }, token),
        );
    } else if (mailed) {
      await core.outbox.enqueue(tx, await takenMail(core, { to: owner.email, locale: owner.locale }));
    }
    await emit(core, tx, {
      event: "user_registration_requested",
      subject: owner?.id ?? null,
      detail: { mailed },
      facts,
    });
  });
  return { status: "confirmation_sent", email: candidate.email };
}

/** Stores the input outside the accounts: an unproven address must not own an account. */
// Row SU-08.
async function keepRegistration(
  core: Core,
  tx: Transaction,
  candidate: Candidate,
  hash: string,
  facts: RequestFacts,
): Promise<string> {
  const now = core.clock.now();
  const id = uuidv7(now);
  const { lifetimes } = core.settings;
  const { email, emailKey, username, usernameKey, fields, next } = candidate;
  const browser = digest(facts.preSession?.reveal() ?? "");
  await insertPendingRegistration(
    tx,
    id,
    email,
    emailKey,
    username,
    usernameKey,
    hash,
    fields,
    browser,
    next,
    now,
    now + lifetimes.pendingRegistrationMs,
    facts.locale,
  );
  return createOneTimeToken(core, tx, {
    purpose: "confirm_email",
    registrationId: id,
    emailKey,
    lifetimeMs: lifetimes.confirmationMs,
  });
}

async function openAccount(
  core: Core,
  candidate: Candidate,
  hash: string,
  facts: RequestFacts,
): Promise<LoginCompleted | LoginContinues> {
  const { email, emailKey, username, usernameKey, fields, next } = candidate;
  const id = uuidv7(core.clock.now());
  const proof = await prove(
    core,
    { id, email, username },
    { method: "registration", factor: "knowledge", facts },
  );
  try {
    return await core.db.transaction(async (tx) => {
      const now = core.clock.now();
      // Addresses aren't proven here. An address that another account has a claim to stays reserved for it.
      if (await isAddressClaimed(core, tx, emailKey)) throw taken("email");
      await insertUser(tx, id, email, emailKey, null, username, usernameKey, now, fields, facts.locale);
      await putPassword(tx, id, hash, now);
      await emit(core, tx, {
        event: "user_created",
        actor: id,
        subject: id,
        detail: { by: "registration" },
        facts,
      });
      if (await consumeMailQuota(core, tx, emailKey, { reserveLast: false }))
        await mailConfirmation(core, tx, { userId: id, emailKey }, { to: email, locale: facts.locale });
      const step = await completeLogin(core, tx, [proof], { remember: false, facts, next });
      if (step.status === "refused")
        throw new LatchkeyError("internal_error", { detail: "a new account was refused" });
      return step;
    });
  } catch (error) {
    throw takenBy(error);
  }
}

/**
 * Registers an account. In `confirm-first` mode a new and a taken address get the same answer after the same work. Only
 * the mail differs. In `open` mode the account is signed in at once.
 */
// Rows SU-01, SU-02.
export const register = operation({
  summary: "Registers an account",
  access: everyone,
  input: v.object({
    email: typedName(),
    password: passwordField(),
    username: optionalTypedName(),
    next: nextField(),
  }),
  takesUserFields: true,
  signsIn: true,
  hashes: true,
  refusals: [
    "registration_closed",
    "username_taken",
    "email_taken",
    "refused",
    "too_many_attempts",
    "overloaded",
  ],
  async run(core, input, call): Promise<RegistrationResult> {
    const { facts } = call;
    if (!mayRegister(core.settings)) throw new LatchkeyError("registration_closed");
    const candidate = await readCandidate(core, input);
    core.passwords.refuseWhenBusy();
    await consumeOrThrow(core, [registrations(core, facts)]);
    const { email, username } = candidate;
    await askBefore(core, "register", { email, username, fields: candidate.values }, facts);
    await core.passwords.refuseBreached(candidate.password);
    await refuseTakenUsername(core, candidate);
    const hash = await core.passwords.hash(candidate.password);
    if (core.settings.registration === "confirm-first")
      return askForConfirmation(core, candidate, hash, facts);
    const step = await openAccount(core, candidate, hash, facts);
    if (step.status === "signed_in") call.effects.signIn(step);
    return step;
  },
});
