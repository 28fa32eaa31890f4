import { absoluteUrl } from "../../core/absolute-url.ts";
import { assertAdministratorRemains, setRoles } from "../../core/access/index.ts";
import { recordEvent } from "../../core/audit/index.ts";
import type { Core } from "../../core/core.ts";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { createOneTimeToken, killTokensOfPurpose } from "../../core/secrets/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import {
  demandPasswordChange,
  emailKeyOf,
  findById,
  findUser,
  insertUser,
  listUsers,
  parseEmailAddress,
  parseUsername,
  putPassword,
  readOwnFields,
  setStatus,
  toUser,
  type User,
  type UserRow,
} from "../../core/users/index.ts";
import { uuidv7 } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { takenBy } from "../registration/index.ts";

/** A user as operators and administrators see them. Never a hash, never a token. */
export type ManagedUser = User & { status: "active" | "disabled" };

export interface UserQuery {
  /** Part of an address or username. */
  query?: string | undefined;
  role?: string | undefined;
  status?: string | undefined;
  /** The last id of the page before. */
  cursor?: string | undefined;
  /** Default 50, at most 200. */
  limit?: number;
}

function managed(row: UserRow): ManagedUser {
  return { ...toUser(row), status: row.status };
}

/** No address is longer (RFC 5321 4.5.3.1). */
const LONGEST_SEARCH = 254;

/** A page of users, newest first. */
export async function findUsers(
  core: Core,
  query: UserQuery = {},
): Promise<{ users: ManagedUser[]; next: string | null }> {
  // From a URL everything is text, whatever the type says.
  const asked = Math.floor(Number(query.limit ?? 50));
  const limit = Number.isNaN(asked) ? 50 : Math.min(Math.max(asked, 1), 200);
  const text = (query.query ?? "").slice(0, LONGEST_SEARCH).trim().normalize("NFC").toLowerCase();
  const pattern = text === "" ? "" : `%${text.replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
  const rows = await listUsers(
    core.db,
    query.cursor ?? "",
    pattern,
    query.role ?? "",
    query.status ?? "",
    limit + 1,
  );
  const page = rows.slice(0, limit);
  return { users: page.map(managed), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** The user an operator names by e-mail, username or id; null when there is none. */
export async function findManagedUser(core: Core, who: string): Promise<ManagedUser | null> {
  const row = await findUser(core.db, who);
  return row === undefined ? null : managed(row);
}

export interface NewUser {
  email: string;
  username?: string;
  roles?: readonly string[];
  /** The application's own fields (option `user.fields`); checked only if given, since a script may know none of them. */
  fields?: Record<string, unknown>;
  /** Without one, the result holds a single-use link for choosing it. */
  password?: string;
}

/**
 * Makes an account, as an operator does: its address counts as confirmed. Without a password a single-use link for
 * choosing one is returned (row PW-17). Throws `invalid_input`, `email_taken`, `username_taken`.
 */
export async function createUser(
  core: Core,
  input: NewUser,
  actor: string,
): Promise<{ user: ManagedUser; choosePasswordLink: string | null }> {
  const email = parseEmailAddress(input.email);
  if (email === null)
    throw new LatchkeyError("invalid_input", { fields: { email: [{ code: "invalid_email" }] } });
  const username = input.username === undefined ? null : parseUsername(input.username);
  if (username !== null && !username.ok) {
    throw new LatchkeyError("invalid_input", { fields: { username: [{ code: "invalid_username" }] } });
  }
  const fields = input.fields === undefined ? {} : await checkedFields(core, input.fields);
  const hash = input.password === undefined ? null : await checkedHash(core, input.password, input);
  try {
    return await core.db.transaction(async (tx) => {
      const now = core.clock.now();
      const id = uuidv7(now);
      await insertUser(
        tx,
        id,
        email.address,
        email.key,
        now,
        username?.username ?? null,
        username?.key ?? null,
        now,
        JSON.stringify(fields),
        null,
      );
      if (hash !== null) await putPassword(tx, id, hash, now);
      await recordEvent(core, tx, { event: "user_created", actor, subject: id });
      await setRoles(core, tx, { user: await existing(tx, id), roles: input.roles ?? [], actor });
      const link = hash === null ? await passwordLink(core, tx, id, email.key) : null;
      return { user: managed(await existing(tx, id)), choosePasswordLink: link };
    });
  } catch (error) {
    throw takenBy(error);
  }
}

async function checkedFields(core: Core, given: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { values, problems } = await readOwnFields(core.settings.userFields, given);
  if (Object.keys(problems).length > 0) throw new LatchkeyError("invalid_input", { fields: problems });
  return values;
}

async function checkedHash(core: Core, password: string, { email, username }: NewUser): Promise<string> {
  await core.passwords.assertAcceptable(password, [email, username]);
  return core.passwords.hash(password);
}

async function existing(tx: Transaction, id: string): Promise<UserRow> {
  const row = await findById(tx, id);
  if (row === undefined) throw new LatchkeyError("not_found", { detail: "no such user" });
  return row;
}

/** A link for choosing a password; the ones made before die (row RS-04). */
async function passwordLink(core: Core, tx: Transaction, userId: string, emailKey: string): Promise<string> {
  await killTokensOfPurpose(tx, userId, "choose_password", core.clock.now());
  const token = await createOneTimeToken(core, tx, {
    purpose: "choose_password",
    userId,
    emailKey,
    lifetimeMs: core.settings.lifetimes.choosePasswordMs,
  });
  return absoluteUrl(core.settings, "/reset-password", token);
}

/** A new link for choosing a password, for somebody who lost theirs; until it is used the old password holds. */
export function newPasswordLink(core: Core, userId: string, actor: string): Promise<string> {
  return change(core, userId, async (tx, user) => {
    const detail = { purpose: "choose_password" };
    await recordEvent(core, tx, { event: "authn_token_created", actor, subject: userId, detail });
    return passwordLink(core, tx, userId, emailKeyOf(user.email));
  });
}

async function change<Result>(
  core: Core,
  userId: string,
  work: (tx: Transaction, user: UserRow) => Promise<Result>,
): Promise<Result> {
  return core.db.transaction(async (tx) => work(tx, await existing(tx, userId)));
}

/** Ends everything the account has and refuses it from the next request on (row SL-07). Throws `LastAdministrator`. */
export function disableUser(core: Core, userId: string, actor: string): Promise<void> {
  return change(core, userId, async (tx, user) => {
    if (user.status === "disabled") return;
    await setStatus(tx, userId, "disabled");
    if (user.roles?.split(",").includes("admin")) await assertAdministratorRemains(tx);
    await credentialsChanged(core, tx, { userId, reason: "account_disabled" });
    await recordEvent(core, tx, { event: "user_disabled", actor, subject: userId });
  });
}

export function enableUser(core: Core, userId: string, actor: string): Promise<void> {
  return change(core, userId, async (tx, user) => {
    if (user.status === "active") return;
    await setStatus(tx, userId, "active");
    await recordEvent(core, tx, { event: "user_enabled", actor, subject: userId });
  });
}

/** Forgets the failed attempts of strangers, so that a new device needn't wait; a password that 100 of them switched off counts again. */
export function unlockUser(core: Core, userId: string, actor: string): Promise<void> {
  return change(core, userId, async (tx) => {
    await forgetPasswordFailures(core, tx, userId);
    await recordEvent(core, tx, { event: "user_unlocked", actor, subject: userId });
  });
}

/** Gives exactly these roles. Throws `LastAdministrator`, and `TypeError` for what can't be a role. */
export function setUserRoles(
  core: Core,
  userId: string,
  roles: readonly string[],
  actor: string,
): Promise<void> {
  return change(core, userId, (tx, user) => setRoles(core, tx, { user, roles, actor }));
}

/** The next login leads to choosing a new password and nowhere else (row PW-11). Ends every session. */
export function requirePasswordChange(core: Core, userId: string, actor: string): Promise<void> {
  return change(core, userId, async (tx) => {
    await demandPasswordChange(tx, userId);
    await credentialsChanged(core, tx, { userId, reason: "password_changed" });
    await recordEvent(core, tx, {
      event: "authn_password_change",
      actor,
      subject: userId,
      detail: { by: "demand" },
    });
  });
}

/** Ends all sessions of an account; returns how many. */
export function endUserSessions(core: Core, userId: string, actor: string): Promise<number> {
  return change(core, userId, async (tx) => {
    const ended = await credentialsChanged(core, tx, { userId, reason: "ended_by_operator" });
    await recordEvent(core, tx, { event: "session_ended", actor, subject: userId, detail: { all: true } });
    return ended;
  });
}
