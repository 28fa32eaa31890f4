import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Core } from "../core.ts";
import type { User } from "../users/index.ts";
import { findLiveSession } from "./queries.ts";
import type { Session } from "./session-reader.ts";

/** The signed-in user, and the session of the request. */
export interface Account {
  user: User;
  session: Session;
}

/**
 * Refuses a session that ended since its check, by a reset for instance. No act may begin after that end: an intruder
 * who was locked out must not lock out the owner. Throws `login_required`.
 */
// Row CE-05.
export async function requireLive(tx: Transaction, { user, session }: Account): Promise<void> {
  if ((await findLiveSession(tx, session.id, user.id)) === undefined)
    throw new LatchkeyError("login_required");
}

/**
 * Refuses an account whose last proof is older than `withinMs`. Throws `reauthentication_required`.
 *
 * @see row RA-01
 */
export function requireFreshProof(core: Pick<Core, "clock">, { session }: Account, withinMs: number): void {
  if (core.clock.now() - session.authenticatedAt > withinMs)
    throw new LatchkeyError("reauthentication_required");
}
