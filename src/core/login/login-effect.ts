import type { Transaction } from "../../platform/database/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import type { UserRow } from "../users/index.ts";
import type { Messages } from "../words/index.ts";

declare global {
  namespace Latchkey {
    /** The further effects of a completed sign-in. A feature adds its own in its declaration. */
    interface LoginEffects {}
  }
}

/** An effect of every completed sign-in, and its report in the answers. */
export interface LoginEffect {
  /** Runs in the transaction of the sign-in. */
  run(
    core: Core,
    tx: Transaction,
    login: { user: UserRow; facts: RequestFacts },
  ): Promise<Latchkey.LoginEffects>;
  /** Members for the JSON answer. */
  json?(done: Latchkey.LoginEffects): Readonly<Record<string, unknown>>;
  /** The next page's message instead of its welcome. */
  flash?(done: Latchkey.LoginEffects, messages: Messages): string | undefined;
}
