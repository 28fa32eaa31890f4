import type { Secret } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import { safeNextPath } from "../../platform/http/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { rightSignIns } from "../counters/index.ts";
import { rememberDevice } from "../devices/index.ts";
import { emit } from "../events/index.ts";
import {
  endSession,
  endSessionById,
  issueSession,
  type LoginCompleted,
  moveSessionData,
  type Session,
} from "../sessions/index.ts";
import { findById, markFirstLogin, toUser, type UserRow } from "../users/index.ts";
import { notifyOwnerOfLogin } from "./login-notice.ts";
import { endPendingLogin, keepPendingLogin } from "./pending-logins.ts";
import type { Proof } from "./proof.ts";
import { type LoginStage, nextStage } from "./stages.ts";

/** A sign-in with a remaining step, without a session yet. */
export interface LoginContinues {
  status: "continue";
  stage: LoginStage;
  /** Names the pending sign-in. */
  token: Secret;
}

/** Why a proven user still gets no session. Clients see only `invalid_credentials`. */
export interface LoginRefused {
  status: "refused";
  reason: "unknown" | "disabled";
}

/** The result of a proof. */
export type LoginStep = LoginCompleted | LoginContinues | LoginRefused;

interface LoginOptions {
  remember: boolean;
  facts: RequestFacts;
  /** The page after the sign-in; kept over the steps. Default null: the client knows. */
  next?: string | null;
  /** Wrong passwords in a row right before this. Default 0. */
  failures?: number;
}

/** The policy for every way in. */
function refusal(user: UserRow | undefined): LoginRefused["reason"] | null {
  if (user === undefined) return "unknown";
  if (user.status !== "active") return "disabled";
  return null;
}

/** Ends the browser's earlier session: it has one at a time. */
async function replaceSession(core: Core, tx: Transaction, facts: RequestFacts): Promise<void> {
  const { sessionId, userId } = facts;
  if (sessionId === null || userId === null) return;
  await endSession(core, tx, { sessionId, userId, reason: "replaced", actor: userId, facts });
}

/**
 * The only way to a session: proofs → policy → stages → session. If a stage remains, it writes a pending sign-in
 * instead. Creates a new value at every sign-in and ends the browser's former session. Runs in the caller's
 * transaction.
 *
 * @example
 * const step = await core.db.transaction((tx) => completeLogin(core, tx, [proof], { remember, facts }));
 * if (step.status === "signed_in") call.effects.signIn(step);
 * return step;
 */
// Row SL-01.
export async function completeLogin(
  core: Core,
  tx: Transaction,
  proofs: readonly [Proof, ...Proof[]],
  { remember, facts, next: asked = null, failures = 0 }: LoginOptions,
): Promise<LoginStep> {
  const { userId } = proofs[0];
  if (proofs.some((proof) => proof.userId !== userId))
    throw new TypeError("The proofs are of several accounts.");
  // Applications redirect to it, so it must stay on the origin.
  const next = safeNextPath(asked, core.settings.origin, "") || null;
  const method = proofs.at(-1)?.method ?? proofs[0].method;
  const user = await findById(tx, userId);
  const reason = refusal(user);
  if (reason !== null || user === undefined) {
    await emit(core, tx, {
      event: "authn_login_fail",
      subject: userId,
      detail: { method, reason },
      facts,
    });
    return { status: "refused", reason: reason ?? "unknown" };
  }
  const stage = await nextStage(core, tx, { user, proofs, facts });
  if (stage !== undefined) {
    // The pending sign-in replaces the browser's session.
    await replaceSession(core, tx, facts);
    const token = await keepPendingLogin(core, tx, { user, proofs, remember, next, failures }, stage, facts);
    const detail = { stage: stage.name, method };
    await emit(core, tx, { event: "authn_login_pending", actor: userId, subject: userId, detail, facts });
    return { status: "continue", stage, token };
  }
  return beginSession(core, tx, user, { proofs, method, remember, facts, next, failures });
}

async function beginSession(
  core: Core,
  tx: Transaction,
  user: UserRow,
  {
    proofs,
    method,
    remember,
    facts,
    next,
    failures,
  }: Required<LoginOptions> & {
    proofs: readonly Proof[];
    method: string;
  },
): Promise<LoginCompleted> {
  const now = core.clock.now();
  const who = { actor: user.id, subject: user.id, facts };
  await replaceSession(core, tx, facts);
  // The browser has one sign-in: an earlier pending one ends.
  await endPendingLogin(tx, facts.preSession);
  const device = await rememberDevice(core, tx, user.id, facts);
  // The owner of an account that signs in all the time has had notices enough.
  if (await core.counters.takeIn(tx, rightSignIns(core, user.id)))
    await notifyOwnerOfLogin(core, tx, user, facts, { newDevice: !device.seen, failures });
  if (user.first_login_at === null) await markFirstLogin(tx, user.id, now);
  const methods = [...new Set(proofs.map((proof) => proof.method))];
  const issued = await issueSession(core, tx, user, { methods, remember, facts, deviceId: device.id });
  const detail = { method, known_device: device.known };
  await emit(core, tx, { event: "authn_login_success", detail, ...who });
  if (failures > 0)
    await emit(core, tx, { event: "authn_login_successafterfail", detail: { failures }, ...who });
  const created = { session: issued.session.id, remembered: remember };
  await emit(core, tx, { event: "session_created", detail: created, ...who });
  const done: Latchkey.LoginEffects = {};
  for (const effect of core.features.loginEffects)
    Object.assign(done, await effect.run(core, tx, { user, facts }));
  return { ...done, status: "signed_in", user: toUser(user), ...issued, deviceToken: device.token, next };
}

/**
 * Gives a live session a new value after a fresh proof. The old value dies, the limits restart, and the session keeps
 * its data. With `keepsProof` only the value is new. The session stays as fresh as before and ends at the same time,
 * because a mailed link isn't a sign-in.
 *
 * @example
 * const step = await renewSession(core, tx, proof, { session, facts });
 */
// Rows SL-02, SL-05, VE-06.
export async function renewSession(
  core: Core,
  tx: Transaction,
  proof: Proof,
  { session, facts, keepsProof = false }: { session: Session; facts: RequestFacts; keepsProof?: boolean },
): Promise<LoginCompleted | LoginRefused> {
  const user = await findById(tx, proof.userId);
  const reason = refusal(user);
  if (reason !== null || user === undefined) return { status: "refused", reason: reason ?? "unknown" };
  const ended = await endSessionById(tx, session.id, core.clock.now(), "renewed");
  if (ended !== 1) return { status: "refused", reason: "unknown" };
  tx.afterCommit(() => core.sessionStore.revoked({ sessionId: session.id }));
  const device = await rememberDevice(core, tx, user.id, facts);
  const renewed = await issueSession(core, tx, user, {
    methods: [proof.method],
    remember: session.remembered,
    facts,
    deviceId: device.id,
    proven: keepsProof ? session : undefined,
  });
  await moveSessionData(tx, session.id, renewed.session.id);
  await emit(core, tx, {
    event: "session_renewed",
    actor: user.id,
    subject: user.id,
    detail: { from: session.id, to: renewed.session.id, method: proof.method },
    facts,
  });
  return { status: "signed_in", user: toUser(user), ...renewed, deviceToken: device.token, next: null };
}
