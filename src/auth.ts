import { assemble } from "./assemble.ts";
import type { Auth, DataValues } from "./auth-object.ts";
import type { RoleGrants } from "./core/access/index.ts";
import type { FieldSchema, FieldValues } from "./core/users/index.ts";
import type { AuthOptions } from "./options.ts";

export type { AnyRequest, ConnectionInfo } from "./adapter-auth.ts";
export type { Auth, DataValues, Metrics } from "./auth-object.ts";

/**
 * Makes the auth object from the options. Opens the database at once. Migrations run in the background, and every call
 * waits for them (`ready()` reports problems). Throws a `ConfigurationError` with one sentence that says the fix.
 *
 * @example
 * const auth = createAuth({
 *   origin: "http://localhost:3000",
 *   database: "sqlite:data/app.db",
 *   roles: { admin: ["*"], editor: ["posts.edit"] },
 * });
 */
export function createAuth<
  const UserFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  const DataFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  const Roles extends RoleGrants = RoleGrants,
>(
  options: AuthOptions<UserFields, DataFields, Roles>,
): Auth<FieldValues<UserFields>, DataValues<DataFields>, Roles> {
  return assemble(options) as unknown as Auth<FieldValues<UserFields>, DataValues<DataFields>, Roles>;
}
