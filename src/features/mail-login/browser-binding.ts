import type { RequestFacts } from "../../core/core.ts";
import { digest } from "../../platform/crypto/index.ts";

/**
 * The digest of what a browser is known by: the session it is signed in with, else the value it has before that. Null
 * for programs that are no browser.
 */
export function browserOf({ sessionId, preSession }: RequestFacts): Buffer | null {
  if (sessionId !== null) return digest(`session ${sessionId}`);
  return preSession === null ? null : digest(preSession.reveal());
}
