import type { Core } from "../../core/core.ts";
import type { Session } from "../../core/sessions/index.ts";
import { type User, userJson } from "../../core/users/index.ts";
import { iso } from "../../platform/time/index.ts";

/**
 * User and session in the answers of `/session`, `/login` and `/confirm-email`, with the effects of signing in. Times
 * are ISO 8601 in UTC.
 */
export function sessionJson(
  core: Core,
  { user, session, ...done }: { user: User; session: Session } & Latchkey.LoginEffects,
): Record<string, unknown> {
  const json: Record<string, unknown> = {
    user: userJson(user, core.settings.userFields),
    session: {
      id: session.id,
      created_at: iso(session.createdAt),
      authenticated_at: iso(session.authenticatedAt),
      methods: session.methods,
      expires_at: iso(session.expiresAt),
      remembered: session.remembered,
    },
  };
  for (const effect of core.features.loginEffects) Object.assign(json, effect.json?.(done));
  return json;
}
