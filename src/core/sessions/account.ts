import type { Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { User } from "../users/index.ts";
import { findLiveSession } from "./queries.ts";
import type { Session } from "./session-reader.ts";

/** Whoever is signed in, and the session they act in. */
export interface Account {
  user: User;
  session: Session;
}

/**
 * Refuses a session that ended since it was looked at, by a reset for instance: nothing may begin after what ended it, and
 * whoever was locked out must not lock out others (row CE-05). Throws `login_required`.
 */
export async function requireLive(tx: Transaction, { user, session }: Account): Promise<void> {
  if ((await findLiveSession(tx, session.id, user.id)) === undefined)
    throw new LatchkeyError("login_required");
}
