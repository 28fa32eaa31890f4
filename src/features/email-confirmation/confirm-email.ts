import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import {
  completeLogin,
  type LoginContinues,
  type ProvenUser,
  prove,
  proveAgain,
} from "../../core/login/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { line, optionalTypedName, passwordField } from "../../core/requests/index.ts";
import {
  consumeOneTimeToken,
  countLinkPassword,
  inspectLink,
  type TokenRow,
} from "../../core/secrets/index.ts";
import { credentialsChanged, type LoginCompleted } from "../../core/sessions/index.ts";
import {
  emailKeyOf,
  findById,
  findByUsernameKey,
  insertUser,
  markEmailConfirmed,
  parseUsername,
  putPassword,
  type UserRow,
} from "../../core/users/index.ts";
import { digest, uuidv7 } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import {
  deletePendingRegistrations,
  findPendingRegistration,
  type PendingRegistrationRow,
  taken,
  takenBy,
} from "../registration/index.ts";

/** The input of `auth.account.confirmEmail`. */
export interface ConfirmationInput {
  token: string;
  /** Needed in a browser other than the one that registered. */
  password?: string | undefined;
  /** Another name, if the wanted one was taken in the meantime. */
  username?: string | undefined;
}

/** A sign-in, or the browser is already signed in as this account. */
type ConfirmationResult = LoginCompleted | LoginContinues | { status: "confirmed" };

/** The account or registration of a live link, and whether this browser requested it. */
export type ConfirmationSubject =
  | { kind: "registration"; pending: PendingRegistrationRow; sameBrowser: boolean }
  | { kind: "account"; user: UserRow; sameBrowser: boolean };

async function subjectOf(
  core: Core,
  row: TokenRow,
  facts: RequestFacts,
): Promise<ConfirmationSubject | undefined> {
  if (row.registration_id) {
    const pending = await findPendingRegistration(core.db, row.registration_id, core.clock.now());
    if (pending !== undefined) {
      const sameBrowser =
        facts.preSession !== null && digest(facts.preSession.reveal()).equals(Buffer.from(pending.browser));
      return { kind: "registration", pending, sameBrowser };
    }
  }
  if (row.user_id) {
    const user = await findById(core.db, row.user_id);
    // The token proves the address it was sent to, not the account's current one.
    // Row VE-01.
    const sameAddress = user !== undefined && emailKeyOf(user.email) === row.email_key;
    if (sameAddress && user.status === "active") {
      return { kind: "account", user, sameBrowser: facts.userId === user.id };
    }
  }
  return undefined;
}

/** Resolves a confirmation link without using it up. Throws `link_invalid` or `too_many_attempts`. */
export function inspectConfirmation(
  core: Core,
  token: string,
  facts: RequestFacts,
): Promise<ConfirmationSubject> {
  const resolve = (_: Queries, row: TokenRow) => subjectOf(core, row, facts);
  return inspectLink(core, { purpose: "confirm_email", resolve }, token, facts);
}

/** The password chosen in another browser; the one typed at registration may be a stranger's. */
// Row VE-03.
async function chosenHash(
  core: Core,
  subject: ConfirmationSubject,
  { token, password, username: wanted }: ConfirmationInput,
): Promise<string | null> {
  if (password === undefined) {
    if (subject.sameBrowser) return null;
    throw new LatchkeyError("password_required", { fields: { password: [{ code: "password_required" }] } });
  }
  await countLinkPassword(core, token);
  // Checked again when the account is made. Here it saves the hash.
  if (subject.kind === "registration") await wantedName(core.db, subject.pending, wanted);
  const { email, username } = subject.kind === "registration" ? subject.pending : subject.user;
  await core.passwords.assertAcceptable(password, [email, username]);
  return core.passwords.hash(password);
}

async function wantedName(
  db: Queries,
  pending: PendingRegistrationRow,
  typed: string | undefined,
): Promise<{ username: string | null; key: string | null }> {
  const parsed = typed === undefined ? null : parseUsername(typed);
  if (parsed !== null && !parsed.ok) throw fieldError("username", "invalid_username");
  const username = parsed?.username ?? pending.username;
  const key = parsed?.key ?? pending.username_key;
  if (key !== null && (await findByUsernameKey(db, key)) !== undefined) throw taken("username");
  return { username, key };
}

async function createConfirmedUser(
  core: Core,
  tx: Transaction,
  pending: PendingRegistrationRow,
  {
    id,
    hash,
    username,
    facts,
  }: { id: string; hash: string; username: string | undefined; facts: RequestFacts },
): Promise<void> {
  const now = core.clock.now();
  const name = await wantedName(tx, pending, username);
  await insertUser(
    tx,
    id,
    pending.email,
    pending.email_key,
    now,
    name.username,
    name.key,
    now,
    pending.fields,
    pending.locale,
  );
  await putPassword(tx, id, hash, now);
  // All else that waits for this address is void.
  await deletePendingRegistrations(tx, pending.email_key);
  await emit(core, tx, {
    event: "user_created",
    actor: id,
    subject: id,
    detail: { by: "registration" },
    facts,
  });
  await emit(core, tx, { event: "user_email_confirmed", actor: id, subject: id, facts });
}

async function confirmExisting(
  core: Core,
  tx: Transaction,
  user: UserRow,
  { hash, facts }: { hash: string | null; facts: RequestFacts },
): Promise<void> {
  const now = core.clock.now();
  await markEmailConfirmed(tx, user.id, now);
  await emit(core, tx, { event: "user_email_confirmed", actor: user.id, subject: user.id, facts });
  if (hash === null) return;
  await putPassword(tx, user.id, hash, now);
  await credentialsChanged(core, tx, { userId: user.id, reason: "email_confirmed", actor: user.id, facts });
}

/** The account that the link will sign in, as the hook `before.signIn` sees it. It may not exist yet. */
function provenUser(core: Core, subject: ConfirmationSubject, input: ConfirmationInput): ProvenUser {
  if (subject.kind === "account") return subject.user;
  const { email, username } = subject.pending;
  return { id: uuidv7(core.clock.now()), email, username: input.username ?? username };
}

async function consumeConfirmation(
  core: Core,
  input: ConfirmationInput,
  facts: RequestFacts,
): Promise<ConfirmationResult> {
  const subject = await inspectConfirmation(core, input.token, facts);
  const hash = await chosenHash(core, subject, input);
  const user = provenUser(core, subject, input);
  const goesOn = subject.kind === "account" && subject.sameBrowser && hash === null;
  // The account's own browser stays signed in. No sign-in begins, so no hook is called.
  const proof = goesOn
    ? proveAgain(core, user.id, "email_link", "possession")
    : await prove(core, user, { method: "email_link", factor: "possession", facts });
  return core.db.transaction(async (tx) => {
    const used = await consumeOneTimeToken(core, tx, "confirm_email", input.token);
    if (used === undefined) throw new LatchkeyError("link_invalid");
    let next: string | null = null;
    if (subject.kind === "registration") {
      const { pending } = subject;
      const made = { id: proof.userId, hash: hash ?? pending.password_hash, username: input.username, facts };
      await createConfirmedUser(core, tx, pending, made);
      next = subject.sameBrowser ? pending.next : null;
    } else {
      await confirmExisting(core, tx, subject.user, { hash, facts });
      if (goesOn) return { status: "confirmed" as const };
    }
    const step = await completeLogin(core, tx, [proof], { remember: false, facts, next });
    if (step.status === "refused") throw new LatchkeyError("link_invalid");
    return step;
  });
}

/** Uses a confirmation link: the address is proven, the account exists from here on, and its owner is signed in. */
export const confirmEmail = operation({
  summary: "Uses a confirmation link: the account is made and signed in",
  access: everyone,
  input: v.object({
    token: line(),
    password: v.optional(v.union([v.literal(""), passwordField()], "wrong_type")),
    username: optionalTypedName(),
  }),
  signsIn: true,
  refusals: [
    "link_invalid",
    "password_required",
    "username_taken",
    "refused",
    "too_many_attempts",
    "overloaded",
  ],
  async run(core, { token, password, username }, call) {
    const chosen = password === "" ? undefined : password;
    try {
      const step = await consumeConfirmation(core, { token, password: chosen, username }, call.facts);
      if (step.status === "signed_in") call.effects.signIn(step);
      // This browser is already signed in: its session continues.
      return step.status === "confirmed" ? { ...step, ...call.requireAccount() } : step;
    } catch (error) {
      const refusal = takenBy(error);
      // Another account got the address in the meantime, so this link is void.
      if (refusal instanceof LatchkeyError && refusal.code === "email_taken")
        throw new LatchkeyError("link_invalid");
      throw refusal;
    }
  },
});
