import type { RequestFacts } from "../core.ts";

declare global {
  namespace Latchkey {
    /**
     * Security events with the type of their detail: codes, counts and ids, never a secret and never an address. A
     * feature adds its own in its declaration.
     */
    interface Events {}
    /** Names of the application's listeners (options `on` and `after`), each with its event or events. */
    interface Hooks {}
  }
}

/** The name of a security event. */
export type EventName = keyof Latchkey.Events & string;

/** The name of an event's listeners. `never` for an event that concerns no account. */
export type HookOf<Name extends EventName> = {
  [Hook in keyof Latchkey.Hooks]: Name extends Latchkey.Hooks[Hook] ? Hook : never;
}[keyof Latchkey.Hooks];

/** An event without listeners must not concern an account: the application would miss it. */
type Subject<Name extends EventName> = [HookOf<Name>] extends [never] ? null : string | null;

type Detail<Name extends EventName> = object extends Latchkey.Events[Name]
  ? { detail?: Latchkey.Events[Name] }
  : { detail: Latchkey.Events[Name] };

/** An event, for the audit, the log, the owner's activity list and the application's listeners. */
export type SecurityEvent = {
  [Name in EventName]: {
    event: Name;
    /** The user id of the caller; null for a stranger, `operator` for scripts and the command line. */
    actor?: string | null;
    /** The user id of the account it concerns. */
    subject?: Subject<Name>;
    facts?: RequestFacts | undefined;
  } & Detail<Name>;
}[EventName];

/** Events about a refused request: their detail has the route and the reason. */
export type RefusalEvent = Extract<SecurityEvent, { detail: { route: string } }>["event"];

/** Events without a detail. */
export type PlainEvent = {
  [Name in EventName]: object extends Latchkey.Events[Name] ? Name : never;
}[EventName];

type HookField<Name extends EventName> = Name extends EventName
  ? [HookOf<Name>] extends [never]
    ? null
    : HookOf<Name>
  : never;

/** The log level of an event, its meaning, and how it reaches the application. */
export interface EventDeclaration<Name extends EventName = EventName> {
  /** Default `info`. A warning reports a refused or repeated act. */
  readonly level?: "info" | "warn";
  /** One sentence for operators. */
  readonly means: string;
  /** The name of its listeners, as `Latchkey.Hooks` has it. Null if it never concerns an account. */
  readonly hook: HookField<Name>;
  /**
   * Its listeners run after the answer, each in a separate job. Neither their errors nor their time reach the caller.
   * For refusals, and for acts of strangers without a proof. Default false.
   */
  // Row TH-02.
  readonly deferred?: boolean;
}
