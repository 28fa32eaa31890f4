import { type Reply, type RouteContext, sendTo } from "../../core/requests/index.ts";
import type { LoginCompleted, Session } from "../../core/sessions/index.ts";
import type { User } from "../../core/users/index.ts";
import type { Secret } from "../../platform/crypto/index.ts";
import { sessionJson } from "./session-json.ts";

/** A completed sign-in. If the context is a request's auth, its cookies are set. */
export interface LoginOutcome extends Latchkey.LoginEffects {
  user: User;
  session: Session;
  /** The session cookie's value, for scripts that speak HTTP themselves. Prints as `[redacted]`. */
  sessionToken: Secret;
  /** The device cookie's value: with it the client counts as a known device. Prints as `[redacted]`. */
  deviceToken: Secret;
  /** Where the sign-in was to lead: a path of the origin, or null. */
  next: string | null;
}

/** The answer to a completed sign-in, the same for every way in. `asked`: where this request wants to go. */
export function answerLogin(context: RouteContext, completed: LoginCompleted, asked?: unknown): Reply {
  const { core, auth, messages } = context;
  const [said = messages.login.flash.signedIn] = core.features.loginEffects.flatMap(
    ({ flash }) => flash?.(completed, messages) ?? [],
  );
  context.flash(said, "success");
  const body = { ...sessionJson(core, completed), csrf_token: auth.csrfToken };
  return sendTo(context.next(asked ?? completed.next ?? undefined), { status: 200, body });
}
