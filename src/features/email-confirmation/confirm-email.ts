import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import {
  consumeOneTimeToken,
  countLinkPassword,
  inspectLink,
  type TokenRow,
} from "../../core/secrets/index.ts";
import {
  completeLogin,
  credentialsChanged,
  type LoginCompleted,
  proofOf,
} from "../../core/sessions/index.ts";
import {
  emailKeyOf,
  findById,
  findByUsernameKey,
  insertUser,
  confirmEmail as markConfirmed,
  parseUsername,
  putPassword,
  type UserRow,
} from "../../core/users/index.ts";
import { digest, uuidv7 } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import {
  deletePendingRegistrations,
  findPendingRegistration,
  type PendingRegistrationRow,
  takenBy,
} from "../registration/index.ts";

export interface ConfirmationInput {
  token: string;
  /** Needed from a browser other than the one that registered. */
  password?: string | undefined;
  /** Another name, when the wanted one was taken in the meantime. */
  username?: string | undefined;
}

/** Signed in anew, or already signed in as this account in this very browser. */
export type ConfirmationResult = (LoginCompleted | { ok: true; alreadySignedIn: true }) & {
  next: string | null;
};

/** What a live link stands for, and whether this is the browser that asked for it. */
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
    // The token proves the address it was sent to, not whatever the account has now (row VE-01).
    const sameAddress = user !== undefined && emailKeyOf(user.email) === row.email_key;
    if (sameAddress && user.status === "active") {
      return { kind: "account", user, sameBrowser: facts.userId === user.id };
    }
  }
  return undefined;
}

/** What a confirmation link stands for, without using it up. Throws `link_invalid` or `too_many_attempts`. */
export function inspectConfirmation(
  core: Core,
  token: string,
  facts: RequestFacts,
): Promise<ConfirmationSubject> {
  const resolve = (_: Queries, row: TokenRow) => subjectOf(core, row, facts);
  return inspectLink(core, { purpose: "confirm_email", resolve }, token, facts);
}

/** The password chosen in another browser; the one typed at registration may be a stranger's (row VE-03). */
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
  // Looked at again where the account is made: here it spares the hash.
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
  if (parsed !== null && !parsed.ok) {
    throw new LatchkeyError("invalid_input", { fields: { username: [{ code: "invalid_username" }] } });
  }
  const username = parsed?.username ?? pending.username;
  const key = parsed?.key ?? pending.username_key;
  if (key !== null && (await findByUsernameKey(db, key)) !== undefined) {
    throw new LatchkeyError("username_taken", { fields: { username: [{ code: "username_taken" }] } });
  }
  return { username, key };
}

async function createConfirmedUser(
  core: Core,
  tx: Transaction,
  pending: PendingRegistrationRow,
  { hash, username, facts }: { hash: string; username: string | undefined; facts: RequestFacts },
): Promise<string> {
  const now = core.clock.now();
  const id = uuidv7(now);
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
  // Everything else that was waiting for this address is void, whoever typed it.
  await deletePendingRegistrations(tx, pending.email_key);
  await recordEvent(core, tx, { event: "user_created", actor: id, subject: id, facts });
  await recordEvent(core, tx, { event: "user_email_confirmed", actor: id, subject: id, facts });
  return id;
}

async function confirmExisting(
  core: Core,
  tx: Transaction,
  user: UserRow,
  { hash, facts }: { hash: string | null; facts: RequestFacts },
): Promise<void> {
  const now = core.clock.now();
  await markConfirmed(tx, user.id, now);
  await recordEvent(core, tx, { event: "user_email_confirmed", actor: user.id, subject: user.id, facts });
  if (hash === null) return;
  await putPassword(tx, user.id, hash, now);
  await credentialsChanged(core, tx, { userId: user.id, reason: "email_confirmed", facts });
}

/**
 * Uses a confirmation link: the address is proven, the account exists from here on, and its owner is signed in.
 * Throws `link_invalid`, `password_required`, `invalid_input`, `username_taken`, `too_many_attempts`.
 */
export async function confirmEmail(
  core: Core,
  input: ConfirmationInput,
  facts: RequestFacts,
): Promise<ConfirmationResult> {
  const subject = await inspectConfirmation(core, input.token, facts);
  const hash = await chosenHash(core, subject, input);
  try {
    return await core.db.transaction(async (tx) => {
      const used = await consumeOneTimeToken(core, tx, "confirm_email", input.token);
      if (used === undefined) throw new LatchkeyError("link_invalid");
      let userId: string;
      let next: string | null = null;
      if (subject.kind === "registration") {
        const { pending } = subject;
        const { username } = input;
        userId = await createConfirmedUser(core, tx, pending, {
          hash: hash ?? pending.password_hash,
          username,
          facts,
        });
        next = subject.sameBrowser ? pending.next : null;
      } else {
        userId = subject.user.id;
        await confirmExisting(core, tx, subject.user, { hash, facts });
        if (subject.sameBrowser && hash === null)
          return { ok: true as const, alreadySignedIn: true as const, next };
      }
      const completed = await completeLogin(core, tx, proofOf(userId, "email_link"), {
        remember: false,
        facts,
      });
      if (!completed.ok) throw new LatchkeyError("link_invalid");
      return { ...completed, next };
    });
  } catch (error) {
    const refusal = takenBy(error);
    // The address got its account in the meantime: this link has nothing left to confirm.
    if (refusal instanceof LatchkeyError && refusal.code === "email_taken")
      throw new LatchkeyError("link_invalid");
    throw refusal;
  }
}
