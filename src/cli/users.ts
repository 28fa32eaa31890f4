import { coreOf } from "../assemble.ts";
import { isRoleName } from "../core/access/index.ts";
import { type Outcome, unwrap } from "../core/operations/index.ts";
import { userJson } from "../core/users/index.ts";
import type { ManagedUser, NewUser } from "../feature-types.ts";
import { iso } from "../platform/time/index.ts";
import { type CommandContext, type CommandResult, Refusal, UsageError } from "./command.ts";
import { findUser } from "./find-user.ts";
import { columns, table } from "./text.ts";
import { wholeNumber } from "./whole-number.ts";

/** An account in JSON output. */
function json(user: ManagedUser): Record<string, unknown> {
  return { ...userJson(user, {}), status: user.status, created_at: iso(user.createdAt) };
}

/** `users list`. */
export async function listUsers(context: CommandContext): Promise<CommandResult> {
  const status = context.value("status");
  if (status !== undefined && status !== "active" && status !== "disabled") {
    throw new UsageError("--status takes active or disabled.");
  }
  const auth = await context.auth();
  const { users, next } = await unwrap(
    auth.users.list({
      query: context.value("query"),
      role: context.value("role"),
      status,
      cursor: context.value("cursor"),
      limit: wholeNumber(context.value("limit"), "limit", 200) ?? 50,
    }),
  );
  const head = ["ID", "EMAIL", "USERNAME", "ROLES", "STATUS", "CREATED"];
  const rows = users.map((user) => [
    user.id,
    user.email,
    user.username ?? "-",
    user.roles.join(","),
    user.status,
    iso(user.createdAt),
  ]);
  const more = next === null ? "" : `\nFor the next page add --cursor ${next}`;
  return {
    text: users.length === 0 ? "No accounts match." : table(head, rows) + more,
    json: { users: users.map(json), next_cursor: next },
  };
}

/** `users show WHO`. */
export async function showUser(context: CommandContext): Promise<CommandResult> {
  const auth = await context.auth();
  const user = await findUser(auth, context.parameters[0] as string);
  const live = (await unwrap(auth.users.sessions({ userId: user.id }))).sessions.filter(
    ({ endedAt }) => endedAt === null,
  ).length;
  const text = columns([
    ["id", user.id],
    ["email", user.email],
    ["confirmed", user.emailVerified ? "yes" : "no"],
    ["username", user.username ?? "-"],
    ["roles", user.roles.join(", ")],
    ["status", user.status],
    ["created", iso(user.createdAt)],
    ["live sessions", String(live)],
  ]);
  return { text, json: { user: json(user), live_sessions: live } };
}

/** One line from standard input, without the line break that `echo` adds. */
export async function passwordFromInput(context: CommandContext): Promise<string> {
  const password = (await context.readInput()).replace(/\r?\n$/, "");
  if (password === "") throw new Refusal("Standard input held no password: pipe it into the command.");
  if (/[\r\n]/.test(password)) throw new Refusal("The password on standard input must be a single line.");
  return password;
}

/** `users create EMAIL`. It also makes the first administrator, since no account is built in. */
// Row SU-10.
export async function createUser(context: CommandContext): Promise<CommandResult> {
  const username = context.value("username");
  const input: NewUser = {
    email: context.parameters[0] as string,
    roles: checkedRoles(context.values("role")),
    ...(username === undefined ? {} : { username }),
    ...(context.flag("password-stdin") ? { password: await passwordFromInput(context) } : {}),
  };
  const auth = await context.auth({ origin: true, newDatabase: true });
  const { user, choosePasswordLink } = await unwrap(auth.users.create(input));
  const made = `${user.email} has an account now (${user.id}).`;
  if (choosePasswordLink === null) return { text: made, json: { user: json(user) } };
  const expires = iso(user.createdAt + coreOf(auth).settings.lifetimes.choosePasswordMs);
  return {
    text: `${made}\nThis link chooses its password. It works once, until ${expires}:\n${choosePasswordLink}`,
    json: { user: json(user), choose_password_link: choosePasswordLink, link_expires_at: expires },
  };
}

/** `users password-link WHO`. */
export async function passwordLink(context: CommandContext): Promise<CommandResult> {
  const auth = await context.auth({ origin: true });
  const user = await findUser(auth, context.parameters[0] as string);
  const link = (await unwrap(auth.users.passwordLink({ userId: user.id }))).link;
  const expires = iso(coreOf(auth).clock.now() + coreOf(auth).settings.lifetimes.choosePasswordMs);
  return {
    text: `This link chooses a new password for ${user.email}, once, until ${expires}:\n${link}`,
    json: { user: json(user), choose_password_link: link, link_expires_at: expires },
  };
}

/** Role names as the library accepts them, here with a sentence for the operator. */
function checkedRoles(roles: readonly string[]): string[] {
  for (const role of roles) {
    if (isRoleName(role)) continue;
    throw new Refusal(
      `"${role}" isn't a role: use up to 32 lower-case letters, digits, _ and -, a letter first.`,
    );
  }
  return [...roles];
}

type Users = Awaited<ReturnType<CommandContext["auth"]>>["users"];

/** A command that changes one account and shows it afterwards. */
function change(act: (users: Users, userId: string) => Promise<Outcome<object>>, done: string) {
  return async (context: CommandContext): Promise<CommandResult> => {
    const auth = await context.auth();
    const { id } = await findUser(auth, context.parameters[0] as string);
    await unwrap(act(auth.users, id));
    const user = await findUser(auth, id);
    return { text: `${user.email} ${done}.`, json: { user: json(user) } };
  };
}

export const disableUser = change(
  (users, userId) => users.disable({ userId }),
  "is disabled; its sessions have ended",
);
export const enableUser = change((users, userId) => users.enable({ userId }), "is enabled");
export const unlockUser = change((users, userId) => users.unlock({ userId }), "is unlocked");
export const requirePasswordChange = change(
  (users, userId) => users.requirePasswordChange({ userId }),
  "must choose a new password at the next login; its sessions have ended",
);

/** `users set-role WHO ROLE ...`: exactly these, besides `user`. */
export async function setRole(context: CommandContext): Promise<CommandResult> {
  const [who, ...given] = context.parameters;
  const roles = checkedRoles(given.flatMap((each) => each.split(",")).filter((each) => each !== ""));
  if (roles.length === 0) throw new UsageError('ROLE is empty: name one, or "user" to remove all others.');
  const auth = await context.auth();
  const { id } = await findUser(auth, who as string);
  await unwrap(auth.users.setRoles({ userId: id, roles: roles }));
  const user = await findUser(auth, id);
  return { text: `${user.email} has these roles now: ${user.roles.join(", ")}.`, json: { user: json(user) } };
}
