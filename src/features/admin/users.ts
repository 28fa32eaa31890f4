import * as v from "valibot";
import { absoluteUrl } from "../../core/absolute-url.ts";
import { assertAdministratorRemains, setRoles as changeRoles } from "../../core/access/index.ts";
import type { Core } from "../../core/core.ts";
import { forgetPasswordFailures } from "../../core/counters/index.ts";
import { emit } from "../../core/events/index.ts";
import { operation, operator } from "../../core/operations/index.ts";
import { pageLimit } from "../../core/page-limit.ts";
import { line, optionalTypedName, passwordField, typedName } from "../../core/requests/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import {
  emailKeyOf,
  findById,
  findUser,
  hasRole,
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
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { issuePasswordLink } from "../password-reset/index.ts";
import { takenBy } from "../registration/index.ts";
import { demandPasswordChange } from "./queries.ts";

/** A user as operators and administrators see them. Never a hash, never a token. */
export type ManagedUser = User & { status: "active" | "disabled" };

/** The filters of `auth.users.list`. Each is optional. */
export interface UserQuery {
  /** Part of an address or username. */
  query?: string | undefined;
  role?: string | undefined;
  status?: string | undefined;
  /** The last id of the previous page. */
  cursor?: string | undefined;
  /** Default 50, at most 200. */
  limit?: number | undefined;
}

function managed(row: UserRow): ManagedUser {
  return { ...toUser(row), status: row.status };
}

/** No address is longer (RFC 5321 4.5.3.1). */
const LONGEST_SEARCH = 254;

/** A page of users, newest first. `next` is the cursor of the next page. */
export async function findUsers(
  core: Core,
  query: UserQuery = {},
): Promise<{ users: ManagedUser[]; next: string | null }> {
  // Values from a URL are text, whatever the type says.
  const asked = Number(query.limit ?? 50);
  const limit = Number.isNaN(asked) ? 50 : pageLimit(asked, 200);
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

const optionalText = v.optional(v.string("wrong_type"));

export const list = operation({
  summary: "The list of users, searched and filtered",
  access: operator,
  input: v.object({
    query: optionalText,
    role: optionalText,
    status: optionalText,
    cursor: optionalText,
    limit: v.optional(v.number("wrong_type")),
  }),
  run: (core, query) => findUsers(core, query),
});

export const find = operation({
  summary: "The account that an operator names by email address, username or id",
  access: operator,
  input: v.object({ who: typedName() }),
  async run(core, { who }) {
    const row = await findUser(core.db, who);
    return { user: row === undefined ? null : managed(row) };
  },
});

/** The input of `auth.users.create`. */
export interface NewUser {
  email: string;
  username?: string;
  roles?: readonly string[];
  /** The application's own fields (option `user.fields`); checked only if present, since a script may not know them. */
  fields?: Readonly<Record<string, unknown>>;
  /** Without one, the result holds a single-use link for choosing it. */
  password?: string;
}

/**
 * Makes an account for an operator. Its address counts as confirmed. Without a password the result holds a single-use
 * link for choosing one.
 */
// Row PW-17.
export const create = operation({
  summary: "Makes an account whose address counts as confirmed",
  access: operator,
  input: v.object({
    email: typedName(),
    username: optionalTypedName(),
    password: v.optional(passwordField()),
    roles: v.optional(v.array(v.string("wrong_type")), []),
  }),
  takesUserFields: true,
  refusals: ["email_taken", "username_taken", "overloaded"],
  async run(core, input, { actor }) {
    const email = parseEmailAddress(input.email);
    if (email === null) throw fieldError("email", "invalid_email");
    const username = input.username === undefined ? null : parseUsername(input.username);
    if (username !== null && !username.ok) throw fieldError("username", "invalid_username");
    const fields = input.fields === undefined ? {} : await checkedFields(core, input.fields);
    const hash = input.password === undefined ? null : await checkedHash(core, input.password, input);
    const names = { username: username?.username ?? null, key: username?.key ?? null };
    try {
      return await core.db.transaction(async (tx) => {
        const now = core.clock.now();
        const id = uuidv7(now);
        const own = JSON.stringify(fields);
        await insertUser(tx, id, email.address, email.key, now, names.username, names.key, now, own, null);
        if (hash !== null) await putPassword(tx, id, hash, now);
        const detail = { by: "operator" };
        await emit(core, tx, { event: "user_created", actor, subject: id, detail });
        const given = { user: await existing(tx, id), roles: input.roles, actor: actor ?? "operator" };
        await changeRoles(core, tx, given);
        const choosePasswordLink =
          hash === null ? await linkFor(core, tx, { id, email: email.address }, actor) : null;
        return { user: managed(await existing(tx, id)), choosePasswordLink };
      });
    } catch (error) {
      throw takenBy(error);
    }
  },
});

async function checkedFields(
  core: Core,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { values, problems } = await readOwnFields(core.settings.userFields, given);
  if (Object.keys(problems).length > 0) throw new LatchkeyError("invalid_input", { fields: problems });
  return values;
}

async function checkedHash(
  core: Core,
  password: string,
  { email, username }: { email: string; username?: string | undefined },
): Promise<string> {
  await core.passwords.assertAcceptable(password, [email, username]);
  return core.passwords.hash(password);
}

async function existing(tx: Transaction, id: string): Promise<UserRow> {
  const row = await findById(tx, id);
  if (row === undefined) throw new LatchkeyError("not_found", { detail: "no such user" });
  return row;
}

/** A link for choosing a password; earlier ones die. */
// Row RS-04.
async function linkFor(
  core: Core,
  tx: Transaction,
  { id, email }: Pick<UserRow, "id" | "email">,
  actor: string | null,
): Promise<string> {
  const { choosePasswordMs: lifetimeMs } = core.settings.lifetimes;
  const emailKey = emailKeyOf(email);
  const token = await issuePasswordLink(core, tx, id, { emailKey, lifetimeMs, actor });
  return absoluteUrl(core.settings, "/reset-password", token);
}

const account = v.object({ userId: line() });

/** An operation on one account, which must exist. */
function change<Result extends object>(
  summary: string,
  work: (core: Core, tx: Transaction, user: UserRow, actor: string | null) => Promise<Result>,
) {
  return operation({
    summary,
    access: operator,
    input: account,
    refusals: ["not_found"],
    run: (core, { userId }, { actor }) =>
      core.db.transaction(async (tx) => work(core, tx, await existing(tx, userId), actor)),
  });
}

/** A new link for choosing a forgotten password; the old password works until the link is used. */
export const passwordLink = change(
  "A new link for choosing a password; the ones made before die",
  async (core, tx, user, actor) => ({ link: await linkFor(core, tx, user, actor) }),
);

/**
 * Ends the account's sessions, devices and links, and refuses it from the next request on. Throws `last_administrator`.
 */
// Row SL-07.
export const disable = change(
  "Ends everything the account has and refuses it from the next request on",
  async (core, tx, user, actor) => {
    if (user.status === "disabled") return {};
    await setStatus(tx, user.id, "disabled");
    if (hasRole(user, "admin")) await assertAdministratorRemains(tx);
    await credentialsChanged(core, tx, { userId: user.id, reason: "account_disabled", actor });
    await emit(core, tx, { event: "user_disabled", actor, subject: user.id });
    return {};
  },
);

export const enable = change("Lets a disabled account sign in again", async (core, tx, user, actor) => {
  if (user.status === "active") return {};
  await setStatus(tx, user.id, "active");
  await emit(core, tx, { event: "user_enabled", actor, subject: user.id });
  return {};
});

/** Resets the failed attempts of unknown devices. A password that they switched off works again. */
export const unlock = change(
  "Forgets the failed attempts of strangers, so that a new device needn't wait",
  async (core, tx, { id }, actor) => {
    await forgetPasswordFailures(core, tx, id);
    await emit(core, tx, { event: "user_unlocked", actor, subject: id });
    return {};
  },
);

/** The next sign-in requires a new password. Ends every session. */
// Row PW-11.
export const requirePasswordChange = change(
  "Demands a new password at the next sign-in and ends every session",
  async (core, tx, { id }, actor) => {
    await demandPasswordChange(tx, id);
    await credentialsChanged(core, tx, { userId: id, reason: "password_changed", actor });
    const detail = { by: "demand" };
    await emit(core, tx, { event: "authn_password_change", actor, subject: id, detail });
    return {};
  },
);

/** Ends all sessions of an account. */
export const endSessions = change("Ends all sessions of an account", async (core, tx, { id }, actor) => ({
  sessions: await credentialsChanged(core, tx, { userId: id, reason: "ended_by_operator", actor }),
}));

/** Gives exactly these roles. Throws `last_administrator`, and `invalid_input` for an impossible role name. */
export const setRoles = operation({
  summary: "Gives an account exactly these roles",
  access: operator,
  input: v.object({ userId: line(), roles: v.array(v.string("wrong_type")) }),
  refusals: ["not_found", "last_administrator"],
  async run(core, { userId, roles }, { actor }) {
    await core.db.transaction(async (tx) =>
      changeRoles(core, tx, { user: await existing(tx, userId), roles, actor: actor ?? "operator" }),
    );
    return {};
  },
});
