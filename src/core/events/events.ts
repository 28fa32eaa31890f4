import type { RequestFacts } from "../core.ts";

declare global {
  namespace Latchkey {
    /**
     * Security events and what their detail holds: codes, counts and ids, never a secret and never an address. A
     * feature adds its own where it declares itself.
     */
    interface Events {}
    /** Names for the application's listeners (options `on` and `after`), and the event each stands for. */
    interface Hooks {}
  }
}

/** The name of a security event. */
export type EventName = keyof Latchkey.Events & string;

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
    subject?: string | null;
    facts?: RequestFacts | undefined;
  } & Detail<Name>;
}[EventName];

/** Events about a refused request: their detail has the route and the reason. */
export type RefusalEvent = Extract<SecurityEvent, { detail: { route: string } }>["event"];

/** Events without a detail. */
export type PlainEvent = {
  [Name in EventName]: object extends Latchkey.Events[Name] ? Name : never;
}[EventName];

/** The log level of an event, its meaning, and its name for the application. */
export interface EventDeclaration {
  /** Default `info`. */
  readonly level?: "info" | "warn";
  /** One sentence for operators. */
  readonly means: string;
  /** The name of its listeners. Typed by `Latchkey.Hooks`. */
  readonly hook?: string;
}
