import { createMarkedValue, digest, looksLikeToken, Secret } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { MINUTE } from "../../platform/time/index.ts";
import type { Core } from "../core.ts";
import { type Call, isScriptCall } from "../operations/index.ts";
import type { RequestFacts } from "../request-facts.ts";
import { findById, type UserRow } from "../users/index.ts";
import { warnOfUnfinishedLogin } from "./login-notice.ts";
import { type Proof, proofsText, readProofs } from "./proof.ts";
import {
  deleteExcessPendingLogins,
  deletePendingLogin,
  findPendingLogin,
  insertPendingLogin,
  type PendingLoginRow,
  takePendingLogin,
} from "./queries.ts";
import type { LoginStage } from "./stages.ts";

/** A sign-in with a remaining step. */
export interface PendingLogin {
  user: UserRow;
  /** The proofs so far, in order. */
  proofs: readonly [Proof, ...Proof[]];
  remember: boolean;
  /** The page after the sign-in. */
  next: string | null;
  /** Wrong passwords in a row right before it. */
  failures: number;
}

/** The longest time for a step. */
export const PENDING_LOGIN_MS = 10 * MINUTE;

const PER_ACCOUNT = 20;

/** The mail about the replaced sign-in: typing the password again must not delay it. */
async function noticeOf(
  core: Core,
  tx: Transaction,
  user: UserRow,
  facts: RequestFacts,
): Promise<string | null> {
  const former = facts.preSession && (await deletePendingLogin(tx, digest(facts.preSession.reveal())));
  if (former?.user_id === user.id && former.notice_id !== null) return former.notice_id;
  return warnOfUnfinishedLogin(core, tx, user, { facts, delayMs: PENDING_LOGIN_MS });
}

/**
 * Stores a sign-in for its next step. The token has the form of an anonymous browser's value, and replaces it. A value
 * that was planted before the proof must not identify what the proof opened.
 */
export async function keepPendingLogin(
  core: Core,
  tx: Transaction,
  { user, proofs, remember, next, failures }: PendingLogin,
  stage: LoginStage,
  facts: RequestFacts,
): Promise<Secret> {
  const token = createMarkedValue(core.keys, "pre-session");
  const now = core.clock.now();
  // The browser has one at a time: its earlier sign-in ends.
  const noticeId = await noticeOf(core, tx, user, facts);
  await insertPendingLogin(
    tx,
    digest(token),
    user.id,
    proofsText(proofs),
    stage.name,
    remember ? 1 : 0,
    next,
    failures,
    user.epoch,
    now,
    now + PENDING_LOGIN_MS,
    noticeId,
  );
  await deleteExcessPendingLogins(tx, user.id, PER_ACCOUNT);
  return new Secret(token);
}

/** Ends the pending sign-in of this browser's value, if any. */
export async function endPendingLogin(tx: Transaction, token: Secret | null): Promise<void> {
  if (token !== null) await deletePendingLogin(tx, digest(token.reveal()));
}

/**
 * The token of the caller's pending sign-in: a browser's value, or a script's token from the refusal. A token in a
 * browser's form doesn't count, because another browser's token must not sign it in.
 *
 * @example
 * const pending = await takePending(core, tx, { token: pendingToken(call, login), stage: "acme-terms" });
 */
export function pendingToken(call: Call, given: string | undefined): Secret | null {
  return given !== undefined && isScriptCall(call) ? new Secret(given) : call.facts.preSession;
}

type Statement = typeof findPendingLogin;

async function read(
  core: Core,
  db: Queries,
  statement: Statement,
  { token, stage }: { token: Secret | null; stage: string },
): Promise<PendingLogin & { noticeId: string | null }> {
  const value = token?.reveal() ?? "";
  const row: PendingLoginRow | undefined = looksLikeToken(value)
    ? await statement(db, digest(value), core.clock.now())
    : undefined;
  const user = row?.stage === stage ? await findById(db, row.user_id) : undefined;
  const [first, ...more] = row === undefined ? [] : readProofs(row.proofs);
  if (row === undefined || user === undefined || first === undefined)
    throw new LatchkeyError("login_required", { detail: "no pending sign-in" });
  const { next, failures, notice_id: noticeId } = row;
  return { user, proofs: [first, ...more], remember: row.remember === 1, next, failures, noticeId };
}

/**
 * The sign-in that waits for this stage, without using it up. Throws `login_required`.
 *
 * @example
 * const { user } = await findPending(core, { token: call.facts.preSession, stage: "acme-terms" });
 */
export async function findPending(
  core: Core,
  which: { token: Secret | null; stage: string },
): Promise<PendingLogin> {
  const { noticeId: _, ...pending } = await read(core, core.db, findPendingLogin, which);
  return pending;
}

/**
 * Takes the pending sign-in: of two requests one gets it. Call it in the transaction of the next step. Throws
 * `login_required`.
 *
 * @example
 * const pending = await takePending(core, tx, { token: call.facts.preSession, stage: "acme-terms" });
 * return completeLogin(core, tx, pending.proofs, { ...pending, facts: call.facts });
 */
export async function takePending(
  core: Core,
  tx: Transaction,
  which: { token: Secret | null; stage: string },
): Promise<PendingLogin> {
  const { noticeId, ...pending } = await read(core, tx, takePendingLogin, which);
  // The sign-in continues, so the mail is not due.
  if (noticeId !== null) await core.outbox.withdraw(tx, noticeId);
  return pending;
}
