import { LatchkeyError } from "../../platform/errors/index.ts";
import type { RequestFacts } from "../core.ts";
import { noBrowser } from "../request-facts.ts";
import type { RequestAuth } from "../requests/index.ts";
import type { Call, Effects } from "./call.ts";

/** A script's knowledge of its client. */
export interface ScriptFacts {
  /** The client's address, for the limits of attempts. */
  address: string;
  /** Default: unknown. */
  userAgent?: string | null;
  /** Names the call in the audit and the log. Default `script`. */
  requestId?: string;
}

declare const script: unique symbol;

/** The origin of a script's call: made by `auth.context`. */
export interface ScriptContext {
  readonly [script]: true;
}

/** The request's auth (from `auth.for`), for functions that need a signed-in account. Its cookies are set by the call. */
export type RequestContext = Pick<RequestAuth, "requestId" | "address" | "csrfToken">;

/**
 * The context of a function call. It is the request's auth (from `auth.for`), which gets the cookies, or a script's
 * context (from `auth.context`).
 */
export type AuthContext = RequestContext | ScriptContext;

/** The optional context of an operator's function: the actor, for the audit. */
export interface OperatorContext {
  /** A user id. Default `operator`. */
  actor?: string;
}

const noEffects: Effects = {
  signIn: () => undefined,
  holdLogin: () => undefined,
  signOut: () => undefined,
  keepDevice: () => undefined,
};

/** A call without a browser. It has no session, and the caller finds the effects in the result. */
class ScriptCall implements Call {
  declare readonly [script]: true;
  readonly facts: RequestFacts;
  readonly actor: string | null;
  readonly account = null;
  readonly effects = noEffects;

  constructor(facts: RequestFacts, actor: string | null) {
    this.facts = facts;
    this.actor = actor;
  }

  requireAccount(): never {
    throw new LatchkeyError("login_required");
  }

  recognise(): RequestFacts {
    return this.facts;
  }
}

const unknown = { ...noBrowser, locale: null };

/** A script's context. */
export function scriptContext({
  address,
  userAgent = null,
  requestId = "script",
}: ScriptFacts): ScriptContext {
  return new ScriptCall({ ...unknown, address, userAgent, requestId }, null) as unknown as ScriptContext;
}

/** The call of an operator's function. */
export function operatorCall({ actor = "operator" }: OperatorContext = {}): Call {
  return new ScriptCall({ ...unknown, address: "unknown", userAgent: null, requestId: "operator" }, actor);
}

/** Whether a context came from `auth.context`. */
export const isScriptCall = (context: unknown): context is ScriptCall => context instanceof ScriptCall;
