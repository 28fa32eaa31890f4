import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Core } from "../core.ts";
import type { Access } from "../operations/index.ts";
import type { RequestAuth } from "./request-auth.ts";

/** Throws `login_required`, `forbidden` or `reauthentication_required` unless the request has the required access. */
export function checkAccess(core: Core, auth: RequestAuth, access: Access): void {
  if (access.to === "everyone") return;
  if (access.to === "operator") throw new LatchkeyError("forbidden", { detail: "for operators only" });
  if (access.to === "role") auth.requireRole(access.role);
  else auth.requireLogin();
  const { openMs, submitMs } = core.settings.freshness;
  if (access.fresh !== undefined) auth.requireFreshLogin(access.fresh === "open" ? openMs : submitMs);
}
