import type { FieldSchema } from "../settings.ts";
import type { UserRow } from "./queries.ts";

/** The user as the application sees it, without secrets. The application's own fields are beside these. */
export interface BaseUser {
  readonly id: string;
  /** As typed by its owner. */
  readonly email: string;
  readonly emailVerified: boolean;
  readonly username: string | null;
  /** Always includes `user`. */
  readonly roles: readonly string[];
  /** UTC milliseconds. */
  readonly createdAt: number;
  /** The language of the registration, such as `en`; null if unknown. */
  readonly locale: string | null;
}

/** A user with the application's own fields (option `user.fields`). */
export type User<Fields extends object = object> = BaseUser & Readonly<Fields>;

const onlyUser: readonly string[] = Object.freeze(["user"]);

/** Roles from their stored form. Every account has `user`. */
export function rolesOf(stored: string | null): readonly string[] {
  if (stored === null) return onlyUser;
  return Object.freeze(["user", ...stored.split(",").sort()]);
}

/** Whether a stored account has a role. */
export function hasRole({ roles }: Pick<UserRow, "roles">, role: string): boolean {
  return rolesOf(roles).includes(role);
}

const frozen = (_: string, value: unknown): unknown => Object.freeze(value);

/** The columns that a `User` is made of. */
type StoredUser = Pick<
  UserRow,
  "id" | "email" | "email_confirmed_at" | "username" | "roles" | "created_at" | "locale" | "fields"
>;

/**
 * Frozen at every depth: requests share it, so a change would affect others.
 *
 * @example
 * const user = toUser(row);
 */
export function toUser(row: StoredUser): User {
  const user: BaseUser = {
    id: row.id,
    email: row.email,
    emailVerified: row.email_confirmed_at !== null,
    username: row.username,
    roles: rolesOf(row.roles),
    createdAt: row.created_at,
    locale: row.locale,
  };
  if (row.fields === "{}") return Object.freeze(user);
  return Object.freeze({ ...(JSON.parse(row.fields, frozen) as object), ...user });
}

/**
 * The user as JSON answers show it. See `GET /session` in the contract.
 *
 * @example
 * userJson(user, core.settings.userFields)
 */
export function userJson(user: User, fields: Record<string, FieldSchema>): Record<string, unknown> {
  const json: Record<string, unknown> = {
    id: user.id,
    email: user.email,
    username: user.username,
    email_verified: user.emailVerified,
    roles: user.roles,
  };
  for (const name of Object.keys(fields))
    json[name] = (user as unknown as Record<string, unknown>)[name] ?? null;
  return json;
}
