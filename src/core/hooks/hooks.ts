import type { Transaction } from "../../platform/database/index.ts";
import type { RequestFacts } from "../core.ts";
import type { EventName } from "../events/index.ts";

/** The request of a hook, as the application sees it. */
export interface HookRequest {
  /** The client's address, as the declared proxies report it. */
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}

/** The answer of a `before` hook: nothing allows the act. A sentence refuses it and is shown in the form. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing allows the act
export type HookAnswer = void | undefined | { refuse: string };

type Before<Subject> = (subject: Subject, request: HookRequest) => HookAnswer | Promise<HookAnswer>;

/** A user as `before` hooks see it. */
export interface HookUser {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
}

/** The questions of `before` hooks. */
export interface BeforeSubjects {
  /** The typed values. Called before any look-up, so it can't reveal an account. */
  register: {
    readonly email: string;
    readonly username: string | null;
    readonly fields: Readonly<Record<string, unknown>>;
  };
  /** An account that was just proven, and how. */
  signIn: { readonly user: HookUser; readonly method: string };
  /** The account, and the requested address. */
  changeEmail: { readonly user: HookUser; readonly email: string };
  /** The account that requests its deletion. */
  deleteAccount: { readonly user: HookUser };
}

/**
 * Called before something happens, outside any transaction. Each may take 5 seconds. A hook that throws or takes longer
 * refuses.
 */
export type BeforeHooks = { [Name in keyof BeforeSubjects]?: Before<BeforeSubjects[Name]> };

/** An event as the application's listeners get it. */
export interface HookEvent<Name extends EventName = EventName> {
  readonly name: Name;
  /** UTC milliseconds. */
  readonly time: number;
  /** The user id of the caller, `operator` for scripts and the command line, null for a stranger. */
  readonly actor: string | null;
  /** The account it concerns. */
  readonly userId: string;
  /**
   * The same with its names after the event. Null for a deleted account, and for one whose registration was refused.
   */
  readonly user: HookUser | null;
  readonly detail: Readonly<Latchkey.Events[Name]>;
}

/** A name may have several events. The event's own `name` distinguishes them. */
type EventOf<Hook extends keyof Latchkey.Hooks> = {
  [Name in Latchkey.Hooks[Hook] & EventName]: HookEvent<Name>;
}[Latchkey.Hooks[Hook] & EventName];

/**
 * Run in the transaction of the event: their writes commit with it, and an error undoes both. The transaction may run
 * more than once, so listeners should touch only the database. Listeners of deferred events, such as refusals, run
 * after the answer in a separate transaction. An error undoes their writes, and they are tried again.
 */
export type OnHooks = {
  [Hook in keyof Latchkey.Hooks]?: (event: EventOf<Hook>, tx: Transaction) => void | Promise<void>;
};

/**
 * Run as a job after the event, at least once. One that fails or takes longer than a minute is tried again, six times in
 * about a day.
 */
export type AfterHooks = {
  [Hook in keyof Latchkey.Hooks]?: (event: EventOf<Hook>) => void | Promise<void>;
};

export interface Hooks {
  readonly before: BeforeHooks;
  readonly on: OnHooks;
  readonly after: AfterHooks;
}

export const hookRequest = ({ address, userAgent, requestId }: RequestFacts): HookRequest => ({
  address,
  userAgent,
  requestId,
});
