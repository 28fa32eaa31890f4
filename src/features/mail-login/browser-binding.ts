import type { RequestFacts } from "../../core/core.ts";
import { digest } from "../../platform/crypto/index.ts";

/**
 * The digest that identifies a browser: of its session, or of the value it has before sign-in. Null for programs that
 * aren't browsers.
 */
export function browserOf({ sessionId, preSession }: RequestFacts): Buffer | null {
  if (sessionId !== null) return digest(`session ${sessionId}`);
  return preSession === null ? null : digest(preSession.reveal());
}
