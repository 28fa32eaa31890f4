import { type ErrorCode, LatchkeyError } from "../../platform/errors/index.ts";
import type { Prover } from "../login/index.ts";
import type { Settings } from "../settings.ts";
import { fieldName } from "./input.ts";
import type { Route, Success } from "./route.ts";

/** A field of a request's body. */
export interface InputField {
  name: string;
  required: boolean;
}

/** The variables of a path: `id` of `/account/sessions/:id`. */
export const pathNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);

/** The fields that a route takes beside its schema: the application's own ones, and those of evidence. */
export function moreFields(
  route: Pick<Route, "takesUserFields" | "takesEvidence">,
  userFields: Settings["userFields"],
  provers: readonly Pick<Prover, "field">[],
): string[] {
  return [
    ...(route.takesUserFields ? Object.keys(userFields) : []),
    ...(route.takesEvidence ? provers.map(({ field }) => field) : []),
  ];
}

/** The fields that a route reads, in order, with those beside its schema if it takes them. */
export function inputFields(
  route: Route,
  userFields: Settings["userFields"] = {},
  provers: readonly Pick<Prover, "field">[] = [],
): InputField[] {
  const { entries = {} } = (route.input ?? {}) as { entries?: Record<string, { type: string }> };
  const inPath = new Set([...pathNames(route.path), ...(route.query ?? [])]);
  return [
    ...Object.entries(entries)
      .filter(([name]) => !inPath.has(name))
      .map(([name, { type }]) => ({ name: fieldName(name), required: type !== "optional" })),
    // Only a trial shows whether such a field may be missing.
    ...moreFields(route, userFields, provers).map((name) => ({ name, required: false })),
  ];
}

/**
 * Every code that a route may refuse with, including those that follow from its declaration. Ordered by status, then
 * name.
 */
export function refusalCodes(route: Route): { code: ErrorCode; status: number }[] {
  const codes = new Set<ErrorCode>([...(route.refusals ?? []), "unavailable", "internal_error"]);
  const add = (...more: ErrorCode[]) => more.forEach((code) => void codes.add(code));
  if (route.method !== "GET")
    add("csrf_failed", "malformed_body", "body_too_large", "unsupported_media_type");
  if (route.input !== undefined) add("invalid_input");
  if (route.access.to !== "everyone") add("login_required");
  if (route.access.to === "role") add("forbidden");
  if ("fresh" in route.access && route.access.fresh !== undefined) add("reauthentication_required");
  return [...codes]
    .map((code) => ({ code, status: new LatchkeyError(code).status }))
    .sort((one, other) => one.status - other.status || one.code.localeCompare(other.code));
}

/** Its successful answers to programs. */
export function successes({ success = {} }: Route): (Success & { status: number })[] {
  const declared: readonly Success[] = "length" in success ? success : [success];
  return declared.map((each) => ({ status: 200, ...each }));
}

/** The access of a route, in words; freshness in minutes. */
export function guardWords({ access }: Route, { openMs, submitMs }: Settings["freshness"]): string {
  if (access.to === "everyone") return "everyone";
  if (access.to === "operator") return "operators";
  const who = access.to === "role" ? `role ${access.role}` : "signed in";
  if (access.fresh === undefined) return who;
  return `${who}, proven within ${(access.fresh === "open" ? openMs : submitMs) / 60_000} minutes`;
}
