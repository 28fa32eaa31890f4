import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Fields } from "../../platform/http/index.ts";
import { logEvent } from "../audit/index.ts";
import type { Core } from "../core.ts";
import { recordedRefusals } from "../counters/index.ts";
import { emitWithinBudget, type RefusalEvent, type SecurityEvent } from "../events/index.ts";
import type { AuthState } from "./auth-state.ts";
import { moreFields } from "./declared.ts";
import { bodyRefusal } from "./incoming-request.ts";
import { fieldName, schemaKeys } from "./input.ts";
import type { Route } from "./route.ts";

const auditedRefusals: Readonly<Record<string, RefusalEvent>> = {
  csrf_failed: "malicious_csrf",
  forbidden: "authz_fail",
  malformed_body: "input_validation_fail",
  too_many_attempts: "excess_rate_limit_exceeded",
};

/** Problems that typing into our forms never causes. */
const neverTyped = new Set(["wrong_type", "invalid_characters"]);

function eventOf({ features }: Core, { code, fields = {} }: LatchkeyError): RefusalEvent | undefined {
  const problems = Object.values(fields).flat();
  if (problems.some((problem) => neverTyped.has(problem.code))) return "input_validation_fail";
  return auditedRefusals[code] ?? features.recordedRefusals[code];
}

/**
 * Possible attacks leave a row, up to a limit for each client address and for the whole site. A flood of refusals must
 * not fill the audit. The log has all of them.
 */
export async function recordRefusal(
  core: Core,
  auth: AuthState,
  route: { method: string; path: string },
  error: LatchkeyError,
): Promise<void> {
  const event = eventOf(core, error);
  const detail = { route: `${route.method} ${route.path}`, reason: error.message };
  if (event === undefined) {
    core.log.debug({ code: error.code, request_id: auth.requestId, ...detail }, "refused");
    return;
  }
  const { facts } = auth;
  const entry = { event, actor: facts.userId, subject: facts.userId, detail, facts } satisfies SecurityEvent;
  await emitWithinBudget(core, entry, [recordedRefusals(core, facts)]);
}

/** Turns any error into a refusal. An unexpected error is logged with its stack and becomes a plain 500. */
export function toRefusal(core: Core, auth: AuthState, thrown: unknown): LatchkeyError {
  const error = bodyRefusal(thrown);
  if (error instanceof LatchkeyError) {
    // In a flood of refusals, a line for each would fill the disk.
    if (error.status >= 500 && error.code !== "overloaded") {
      core.log.error(
        { code: error.code, detail: error.message, request_id: auth.requestId },
        "request failed",
      );
    }
    return error;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  core.log.error({ stack, request_id: auth.requestId }, "unexpected error");
  return new LatchkeyError("internal_error", { cause: error });
}

/**
 * Fields that the library's forms don't have are dropped. A client may be trying for a role. Their names stay out of
 * the log, since a stranger chose them.
 */
// Row SU-03.
export function logDroppedFields(core: Core, auth: AuthState, route: Route, fields: Fields): void {
  const names = Object.keys(fields);
  if (route.input === undefined || names.length === 0) return;
  const taken = new Set([
    "csrf_token",
    ...schemaKeys(route.input).map(fieldName),
    ...moreFields(route, core.settings.userFields, core.features.provers),
  ]);
  const dropped = names.filter((name) => !taken.has(name)).length;
  if (dropped === 0) return;
  const { facts } = auth;
  const detail = { route: `${route.method} ${route.path}`, dropped };
  logEvent(core, { event: "input_validation_fail", actor: facts.userId, detail, facts });
}
