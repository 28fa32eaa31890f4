import { digest } from "../../platform/crypto/index.ts";
import type { RequestFacts } from "../request-facts.ts";

/** The digest that identifies the browser of a session. */
export const browserOfSession = (sessionId: string): Buffer => digest(`session ${sessionId}`);

/**
 * The digest that identifies a browser: of its session, or of the value it has before sign-in. Null for programs that
 * aren't browsers.
 */
export function browserOf({ sessionId, preSession }: RequestFacts): Buffer | null {
  if (sessionId !== null) return browserOfSession(sessionId);
  return preSession === null ? null : digest(preSession.reveal());
}
