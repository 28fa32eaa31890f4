import type { Secret } from "../../platform/crypto/index.ts";
import type { RequestFacts } from "../core.ts";
import type { Account, LoginCompleted } from "../sessions/index.ts";

/**
 * The effects of an operation on the client besides its result. A browser's request turns them into cookies; a script
 * finds the values in the result.
 */
export interface Effects {
  /** The client is signed in from here on. */
  signIn(completed: LoginCompleted): void;
  /** The client has a pending sign-in, named by this token. It is signed out until the last step. */
  holdLogin(token: Secret): void;
  /** The client's session is forgotten. `forgetDevice`: the device is forgotten too. */
  signOut(options?: { forgetDevice?: boolean }): void;
  /** The client is a known device from here on; that starts no session. */
  keepDevice(token: Secret): void;
}

/** One call of an operation: the caller, the request's facts, and the effects on the client. */
export interface Call {
  readonly facts: RequestFacts;
  /** The user id of the caller, `operator` for scripts and the command line, null for a stranger. */
  readonly actor: string | null;
  /** The signed-in account, or null. */
  readonly account: Account | null;
  readonly effects: Effects;
  /** The signed-in account. Throws `login_required`. */
  requireAccount(): Account;
  /** The request's facts. A browser without an identifying value gets one first. */
  recognise(): RequestFacts;
}
