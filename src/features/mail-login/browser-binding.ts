import type { RequestFacts } from "../../core/core.ts";
import type { RequestAuth } from "../../core/requests/index.ts";
import { digest } from "../../platform/crypto/index.ts";

/**
 * The digest of what a browser is known by: the session it is signed in with, else the value it has before that. Null
 * for programs that are no browser.
 */
export function browserOf({ sessionId, preSession }: RequestFacts): Buffer | null {
  if (sessionId !== null) return digest(`session ${sessionId}`);
  return preSession === null ? null : digest(preSession.reveal());
}

/** The request's facts, in which the browser is known by something. */
export function factsOfKnownBrowser(auth: RequestAuth): RequestFacts {
  // One whose session is over still posts under that session's value; the token it is given here comes with one of its own.
  const { csrfToken: _, facts } = auth;
  return facts;
}
