import { ConfigurationError, type FieldProblems } from "../../platform/errors/index.ts";
import type { FieldSchema } from "../settings.ts";

/** The values that a record of schemas returns. */
export type FieldValues<Schemas extends Record<string, FieldSchema>> = {
  [Name in keyof Schemas]: Schemas[Name] extends FieldSchema<infer Output> ? Output : never;
};

const reserved = new Set([
  ...[
    "id",
    "email",
    "emailVerified",
    "email_verified",
    "username",
    "roles",
    "role",
    "createdAt",
    "locale",
    "password",
  ],
  ...["login", "next", "token", "csrf_token", "remember", "__proto__", "constructor", "prototype"],
]);

/** Refuses field names that the library uses itself. Throws a `ConfigurationError`. */
export function checkFieldNames(schemas: Record<string, FieldSchema>): void {
  for (const name of Object.keys(schemas)) {
    if (reserved.has(name)) {
      throw new ConfigurationError(
        `user.fields may not be named "${name}": the library uses that name itself.`,
      );
    }
  }
}

/**
 * Checks the application's own fields. Only declared ones are read.
 *
 * @see Row SU-03
 */
export async function readOwnFields(
  schemas: Record<string, FieldSchema>,
  input: Record<string, unknown>,
): Promise<{ values: Record<string, unknown>; problems: FieldProblems }> {
  const values: Record<string, unknown> = {};
  const problems: FieldProblems = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const result = await schema["~standard"].validate(input[name]);
    if (result.issues === undefined) values[name] = result.value;
    else problems[name] = [{ code: input[name] === undefined ? "required" : "invalid" }];
  }
  return { values, problems };
}
