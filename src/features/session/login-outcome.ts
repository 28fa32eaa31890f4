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
  /** The device cookie's value, which makes the client a known device. Prints as `[redacted]`. */
  deviceToken: Secret;
  /** The page after the sign-in: a path of the origin, or null. */
  next: string | null;
}

/**
 * The answer of `answerLogin` to programs, for the declaration of a route.
 *
 * @example
 * operationRoute({ method: "POST", path: "/login/terms", operation: acceptTerms, success: loginAnswer, answer: answerLogin })
 */
export const loginAnswer = {
  body: { user: "User", session: "Session", csrf_token: "string", "deletion_cancelled?": "boolean" },
} as const;

/**
 * The answer to a completed sign-in, the same for every way in. `asked`: the page that this request names.
 *
 * @example
 * answer: (context, completed) => answerLogin(context, completed)
 */
export function answerLogin(context: RouteContext, completed: LoginCompleted, asked?: unknown): Reply {
  const { core, messages } = context;
  // The page itself shows that the sign-in worked. Only news is worth a message.
  const news = core.features.loginEffects.flatMap(({ flash }) => flash?.(completed, messages) ?? []);
  for (const message of news) context.flash(message, "success");
  return sendTo(context.next(asked ?? completed.next ?? undefined), {
    status: 200,
    body: sessionJson(core, completed),
  });
}
