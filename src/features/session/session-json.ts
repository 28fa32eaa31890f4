import type { Core } from "../../core/core.ts";
import type { Session } from "../../core/sessions/index.ts";
import { type User, userJson } from "../../core/users/index.ts";
import { iso } from "../../platform/time/index.ts";

/**
 * User and session as `/session`, `/login` and `/confirm-email` answer them. `deletion_cancelled` is set if signing
 * in cancelled a scheduled deletion. Times are ISO 8601 in UTC.
 */
export function sessionJson(
  core: Core,
  { user, session, deletionCancelled }: { user: User; session: Session; deletionCancelled?: true },
): Record<string, unknown> {
  return {
    user: userJson(user, core.settings.userFields),
    session: {
      id: session.id,
      created_at: iso(session.createdAt),
      authenticated_at: iso(session.authenticatedAt),
      methods: session.methods,
      expires_at: iso(session.expiresAt),
      remembered: session.remembered,
    },
    ...(deletionCancelled && { deletion_cancelled: true }),
  };
}
