import { digest, randomToken, Secret, uuidv7 } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { readableUserAgent, recordEvent } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { rememberDevice } from "../devices/index.ts";
import { cancelDeletion, findById, toUser, type User, type UserRow } from "../users/index.ts";
import { notifyOwnerOfLogin } from "./login-notice.ts";
import { endExcessSessions, endSessionById, insertSession, moveSessionData } from "./queries.ts";
import type { Session } from "./session-reader.ts";

/** How somebody showed who they are. */
export type ProofMethod = "password" | "registration" | "email_link";

declare const proven: unique symbol;

/**
 * Evidence that the person at the other end is this user. Made by `proofOf` only, right where the evidence was
 * checked, so that a session can't be asked for without saying why.
 */
export interface Proof {
  readonly [proven]: true;
  readonly userId: string;
  readonly method: ProofMethod;
}

/** States that `userId` was proven by `method` just now. */
export function proofOf(userId: string, method: ProofMethod): Proof {
  return { userId, method } as Proof;
}

export interface LoginCompleted {
  ok: true;
  user: User;
  session: Session;
  /** The cookie's value: in this object and in the browser, nowhere else. */
  sessionToken: Secret;
  /** A new device cookie where the browser had none of this account. */
  deviceToken: Secret;
  /** The account was to be deleted; signing in keeps it. */
  deletionCancelled?: true;
}

/** Why a proven person still gets no session. Never told to the outside apart from `invalid_credentials`. */
export interface LoginRefused {
  ok: false;
  reason: "unknown" | "disabled";
}

interface LoginOptions {
  remember: boolean;
  facts: RequestFacts;
  /** Wrong passwords in a row right before this. Default 0. */
  failures?: number;
}

/** Policy every way to sign in is held to. Second factors will stand here, between the proof and the session. */
function refusal(user: UserRow | undefined): LoginRefused["reason"] | null {
  if (user === undefined) return "unknown";
  if (user.status !== "active") return "disabled";
  return null;
}

async function issueSession(
  core: Core,
  tx: Transaction,
  user: UserRow,
  {
    method,
    remember,
    facts,
    deviceId,
    proven,
  }: {
    method: string;
    remember: boolean;
    facts: RequestFacts;
    deviceId: string;
    /** The session whose proof goes on counting, with its limit, where none was given anew. */
    proven?: Session | undefined;
  },
): Promise<{ session: Session; sessionToken: Secret }> {
  const now = core.clock.now();
  const limits = remember ? core.settings.sessions.remembered : core.settings.sessions.standard;
  const token = randomToken();
  const id = uuidv7(now);
  const userAgent = readableUserAgent(facts.userAgent);
  const authenticatedAt = proven?.authenticatedAt ?? now;
  const methods = proven?.methods ?? [method];
  const expiresAt = proven?.expiresAt ?? now + limits.absoluteMs;
  await insertSession(
    tx,
    digest(token),
    id,
    user.id,
    deviceId,
    now,
    authenticatedAt,
    methods.join(","),
    Math.min(now + limits.idleMs, expiresAt),
    expiresAt,
    remember ? 1 : 0,
    user.epoch,
    facts.address,
    userAgent,
  );
  const session: Session = {
    id,
    createdAt: now,
    authenticatedAt,
    methods,
    expiresAt,
    remembered: remember,
  };
  return { session, sessionToken: new Secret(token) };
}

/** Whoever signs in keeps an account that was to be deleted. */
async function keepAccount(
  core: Core,
  tx: Transaction,
  userId: string,
  facts: RequestFacts,
): Promise<Pick<LoginCompleted, "deletionCancelled">> {
  if ((await cancelDeletion(tx, userId)) === 0) return {};
  await recordEvent(core, tx, { event: "user_deletion_cancelled", actor: userId, subject: userId, facts });
  return { deletionCancelled: true };
}

/**
 * The only way to a session: proof → policy → session (design rule 2). Mints a new value at every sign-in and ends
 * the session the browser came with (row SL-01). Runs in the caller's transaction.
 */
export async function completeLogin(
  core: Core,
  tx: Transaction,
  proof: Proof,
  { remember, facts, failures = 0 }: LoginOptions,
): Promise<LoginCompleted | LoginRefused> {
  const user = await findById(tx, proof.userId);
  const reason = refusal(user);
  if (reason !== null || user === undefined) {
    await recordEvent(core, tx, {
      event: "authn_login_fail",
      subject: proof.userId,
      detail: { method: proof.method, reason },
      facts,
    });
    return { ok: false, reason: reason ?? "unknown" };
  }
  const now = core.clock.now();
  const { sessionId: replaced } = facts;
  if (replaced !== null) {
    await endSessionById(tx, replaced, now, "replaced");
    tx.afterCommit(() => core.sessionStore.revoked({ sessionId: replaced }));
  }
  const device = await rememberDevice(core, tx, user.id, facts.deviceToken);
  await notifyOwnerOfLogin(core, tx, user, facts, { newDevice: !device.seen, failures });
  const { session, sessionToken } = await issueSession(core, tx, user, {
    method: proof.method,
    remember,
    facts,
    deviceId: device.id,
  });
  const tooMany = await endExcessSessions(tx, user.id, now, core.settings.sessions.maximumPerUser);
  if (tooMany > 0) {
    tx.afterCommit(() => core.sessionStore.revoked({ userId: user.id }));
    await recordEvent(core, tx, {
      event: "session_ended",
      actor: user.id,
      subject: user.id,
      detail: { sessions: tooMany, reason: "too_many_sessions" },
      facts,
    });
  }
  await recordEvent(core, tx, {
    event: "authn_login_success",
    actor: user.id,
    subject: user.id,
    detail: { method: proof.method, known_device: device.known },
    facts,
  });
  if (failures > 0) {
    const event = "authn_login_successafterfail";
    await recordEvent(core, tx, { event, actor: user.id, subject: user.id, detail: { failures }, facts });
  }
  await recordEvent(core, tx, {
    event: "session_created",
    actor: user.id,
    subject: user.id,
    detail: { session: session.id, remembered: remember },
    facts,
  });
  const kept = await keepAccount(core, tx, user.id, facts);
  return { ok: true, user: toUser(user), session, sessionToken, deviceToken: device.token, ...kept };
}

/**
 * Gives a live session a new value after a fresh proof: the old value dies, the limits start anew, what the
 * session remembers comes along (rows SL-02, SL-05). With `keepsProof` the value alone is new: the session stays as
 * fresh as it was and ends when it would have, since a mailed link is no sign-in (row VE-06).
 */
export async function renewSession(
  core: Core,
  tx: Transaction,
  proof: Proof,
  { session, facts, keepsProof = false }: { session: Session; facts: RequestFacts; keepsProof?: boolean },
): Promise<LoginCompleted | LoginRefused> {
  const user = await findById(tx, proof.userId);
  const reason = refusal(user);
  if (reason !== null || user === undefined) return { ok: false, reason: reason ?? "unknown" };
  const ended = await endSessionById(tx, session.id, core.clock.now(), "renewed");
  if (ended !== 1) return { ok: false, reason: "unknown" };
  tx.afterCommit(() => core.sessionStore.revoked({ sessionId: session.id }));
  const device = await rememberDevice(core, tx, user.id, facts.deviceToken);
  const renewed = await issueSession(core, tx, user, {
    method: proof.method,
    remember: session.remembered,
    facts,
    deviceId: device.id,
    proven: keepsProof ? session : undefined,
  });
  await moveSessionData(tx, session.id, renewed.session.id);
  await recordEvent(core, tx, {
    event: "session_renewed",
    actor: user.id,
    subject: user.id,
    detail: { from: session.id, to: renewed.session.id, method: proof.method },
    facts,
  });
  return { ok: true, user: toUser(user), ...renewed, deviceToken: device.token };
}
