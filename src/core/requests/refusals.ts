import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Fields } from "../../platform/http/index.ts";
import { type AuditEvent, logEvent, recordAlone } from "../audit/index.ts";
import type { Core } from "../core.ts";
import { recordedRefusals, recordsOfStrangers } from "../counters/index.ts";
import { bodyRefusal } from "./incoming-request.ts";
import type { RequestAuth } from "./request-auth.ts";
import type { Route } from "./route.ts";

const auditedRefusals: Partial<Record<LatchkeyError["code"], AuditEvent>> = {
  csrf_failed: "malicious_csrf",
  forbidden: "authz_fail",
  malformed_body: "input_validation_fail",
  other_browser: "sequence_fail",
  too_many_attempts: "excess_rate_limit_exceeded",
};

/** Problems that nobody causes by typing into a form of ours. */
const neverTyped = new Set(["wrong_type", "invalid_characters"]);

function eventOf({ code, fields = {} }: LatchkeyError): AuditEvent | undefined {
  const problems = Object.values(fields).flat();
  if (problems.some((problem) => neverTyped.has(problem.code))) return "input_validation_fail";
  return auditedRefusals[code];
}

/**
 * Refusals that may be attacks leave a row, but only so many for each client address and all together: whoever sends a
 * flood of them must not fill the audit. The log has them all.
 */
export async function recordRefusal(
  core: Core,
  auth: RequestAuth,
  route: { method: string; path: string },
  error: LatchkeyError,
): Promise<void> {
  const event = eventOf(error);
  const detail = { route: `${route.method} ${route.path}`, reason: error.message };
  if (event === undefined) {
    core.log.debug({ code: error.code, request_id: auth.requestId, ...detail }, "refused");
    return;
  }
  const { facts } = auth;
  const entry = { event, actor: facts.userId, subject: facts.userId, detail, facts };
  let logged = false;
  try {
    if ((await core.counters.take([recordedRefusals(core, facts), recordsOfStrangers(core)])).ok) {
      await recordAlone(core, entry);
      logged = true;
    }
  } finally {
    // Without room for a row, or a store to write it to.
    if (!logged) logEvent(core, entry);
  }
}

/** Any error as a refusal: what isn't one of ours is logged with its stack and becomes a plain 500. */
export function toRefusal(core: Core, auth: RequestAuth, thrown: unknown): LatchkeyError {
  const error = bodyRefusal(thrown);
  if (error instanceof LatchkeyError) {
    // A full hash queue is a flood's doing: a line for each would be one more way to fill the disk.
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
 * Fields that no form of ours has are dropped whatever their name (row SU-03); somebody may be trying for a role. Their
 * names stay out of the log, since a stranger chose them.
 */
export function logDroppedFields(core: Core, auth: RequestAuth, route: Route, fields: Fields): void {
  if (route.input === undefined || !("entries" in route.input)) return;
  const taken = [route.input.entries as object, route.takesUserFields ? core.settings.userFields : {}];
  const isTaken = (name: string) =>
    name === "csrf_token" || taken.some((names) => Object.hasOwn(names, name));
  const dropped = Object.keys(fields).filter((name) => !isTaken(name)).length;
  if (dropped === 0) return;
  const { facts } = auth;
  const detail = { route: `${route.method} ${route.path}`, dropped };
  logEvent(core, { event: "input_validation_fail", actor: facts.userId, detail, facts });
}
