import { type ErrorCode, LatchkeyError } from "../../platform/errors/index.ts";
import type { Settings } from "../settings.ts";
import { fieldName } from "./input.ts";
import type { Route, Success } from "./route.ts";

/** A field of a request's body. */
export interface InputField {
  name: string;
  required: boolean;
}

/** The fields that a route reads, in order, with the application's own ones if it takes them. */
export function inputFields(route: Route, userFields: Settings["userFields"] = {}): InputField[] {
  const { entries = {} } = (route.input ?? {}) as { entries?: Record<string, { type: string }> };
  const own = route.takesUserFields ? Object.keys(userFields) : [];
  const inPath = (name: string) => route.path.includes(`:${name}`) || route.query?.includes(name) === true;
  return [
    ...Object.entries(entries)
      .filter(([name]) => !inPath(name))
      .map(([name, { type }]) => ({ name: fieldName(name), required: type !== "optional" })),
    // Only trying the schema of an own field shows whether it may be missing.
    ...own.map((name) => ({ name, required: false })),
  ];
}

/** Every code a route may refuse with, including those that follow from its declaration; by status, then name. */
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
