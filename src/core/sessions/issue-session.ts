import { digest, randomToken, Secret, uuidv7 } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { readableUserAgent } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import type { User, UserRow } from "../users/index.ts";
import { boundSessions } from "./bound-sessions.ts";
import { insertSession } from "./queries.ts";
import type { Session } from "./session-reader.ts";

/** A completed sign-in. */
export interface LoginCompleted extends Latchkey.LoginEffects {
  status: "signed_in";
  user: User;
  session: Session;
  /** The cookie's value: only in this object and in the browser. */
  sessionToken: Secret;
  /** A new device cookie; the browser's earlier one is replaced. */
  deviceToken: Secret;
  /** The page after the sign-in, if it was requested before the last step. */
  next: string | null;
}

interface IssueOptions {
  methods: readonly string[];
  remember: boolean;
  facts: RequestFacts;
  deviceId: string;
  /** The session whose proof and limit continue, if the account proved nothing new. */
  proven?: Session | undefined;
}

/** Creates a session, and keeps the account within its limits. Only `core/login` calls it. */
export async function issueSession(
  core: Core,
  tx: Transaction,
  user: UserRow,
  { methods, remember, facts, deviceId, proven }: IssueOptions,
): Promise<{ session: Session; sessionToken: Secret }> {
  const now = core.clock.now();
  const limits = remember ? core.settings.sessions.remembered : core.settings.sessions.standard;
  const token = randomToken();
  const session: Session = {
    id: uuidv7(now),
    createdAt: now,
    authenticatedAt: proven?.authenticatedAt ?? now,
    methods: proven?.methods ?? methods,
    expiresAt: proven?.expiresAt ?? now + limits.absoluteMs,
    remembered: remember,
  };
  await insertSession(
    tx,
    digest(token),
    session.id,
    user.id,
    deviceId,
    now,
    session.authenticatedAt,
    session.methods.join(","),
    Math.min(now + limits.idleMs, session.expiresAt),
    session.expiresAt,
    remember ? 1 : 0,
    user.epoch,
    facts.address,
    readableUserAgent(facts.userAgent),
  );
  await boundSessions(core, tx, user.id, facts);
  return { session, sessionToken: new Secret(token) };
}
