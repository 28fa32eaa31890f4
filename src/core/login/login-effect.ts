import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import type { UserRow } from "../users/index.ts";
import type { Messages } from "../words/index.ts";

declare global {
  namespace Latchkey {
    /** What a completed sign-in did besides beginning a session. A feature adds its own where it declares itself. */
    interface LoginEffects {}
  }
}

/** What every completed sign-in does to the account, and how its answers report that. */
export interface LoginEffect {
  /** Runs in the transaction of the sign-in. */
  run(
    core: Core,
    tx: Transaction,
    login: { user: UserRow; facts: RequestFacts },
  ): Promise<Latchkey.LoginEffects>;
  /** Members for the JSON answer. */
  json?(done: Latchkey.LoginEffects): Readonly<Record<string, unknown>>;
  /** What the next page says in place of its welcome. */
  flash?(done: Latchkey.LoginEffects, messages: Messages): string | undefined;
}
