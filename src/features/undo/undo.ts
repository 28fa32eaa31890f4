import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { line } from "../../core/requests/index.ts";
import { inspectLink, type MailedLink, useLink } from "../../core/secrets/index.ts";
import { credentialsChanged } from "../../core/sessions/index.ts";
import { emailKeyOf, findById, setEmail, switchPasswordOff, type UserRow } from "../../core/users/index.ts";
import { type Transaction, UniqueViolation } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { keepAccount } from "../account-data/index.ts";
import { issuePasswordLink } from "../password-reset/index.ts";
import { addressTakenBackMail, choosePasswordMail } from "./mail.ts";
import { killUndoTokens } from "./queries.ts";

/** The target of a notice's link: an account, and the address of the notice. */
interface Objection {
  user: UserRow;
  /** As its owner writes it. */
  address: string;
  emailKey: string;
  /** The time of the notice. */
  since: number;
}

interface UndoResult {
  userId: string;
  /** The restored address of the account. */
  email: string;
  /** Whether a link for a new password was mailed there. A disabled account gets none. */
  mailed: boolean;
}

const noticeLink: MailedLink<Objection> = {
  purpose: "undo",
  async resolve(db, { user_id, address, email_key, created_at }) {
    const user = await findById(db, user_id ?? "");
    if (address === null || user === undefined) return undefined;
    return { user, address, emailKey: email_key, since: created_at };
  },
};

/** Resolves the link of a notice without using it up. Throws `link_invalid` or `too_many_attempts`. */
export function inspectUndo(core: Core, token: string, facts: RequestFacts): Promise<Objection> {
  return inspectLink(core, noticeLink, token, facts);
}

/** Restores the address of the notice, which its link proves. Returns whether the account had another one. */
async function restoreAddress(
  core: Core,
  tx: Transaction,
  { user, address, emailKey }: Objection,
): Promise<boolean> {
  if (emailKeyOf(user.email) === emailKey) return false;
  await setEmail(tx, user.id, address, emailKey, core.clock.now());
  const reader = { to: user.email, userId: user.id, locale: user.locale };
  await core.outbox.enqueue(tx, await addressTakenBackMail(core, reader));
  return true;
}

/** The way back in: the reader of that mailbox chooses the password. A disabled account stays disabled. */
async function mailPasswordLink(
  core: Core,
  tx: Transaction,
  { user, address, emailKey }: Objection,
  facts: RequestFacts,
): Promise<boolean> {
  if (user.status !== "active") return false;
  const { resetMs: lifetimeMs } = core.settings.lifetimes;
  const token = await issuePasswordLink(core, tx, user.id, {
    emailKey,
    address,
    lifetimeMs,
    facts,
  });
  const reader = { to: address, userId: user.id, locale: user.locale };
  await core.outbox.enqueue(tx, await choosePasswordMail(core, reader, token));
  return true;
}

async function revokeAllAccess(
  core: Core,
  tx: Transaction,
  objection: Objection,
  facts: RequestFacts,
): Promise<UndoResult> {
  const { user, address, emailKey, since } = objection;
  const now = core.clock.now();
  const restored = await restoreAddress(core, tx, objection);
  // An intruder may own the mailbox of later notices: their links must not undo this.
  await killUndoTokens(tx, user.id, emailKey, since, now);
  await credentialsChanged(core, tx, { userId: user.id, reason: "undone", actor: user.id, facts });
  await switchPasswordOff(tx, user.id, now);
  await keepAccount(core, tx, user.id, facts);
  const mailed = await mailPasswordLink(core, tx, objection, facts);
  const who = { actor: user.id, subject: user.id, facts };
  const detail = { address_restored: restored, mailed };
  await emit(core, tx, { event: "user_change_undone", detail, ...who });
  return { userId: user.id, email: restored ? address : user.email, mailed };
}

/**
 * "This wasn't me": restores the address of the notice and ends every session, device and pending change. It switches
 * the password off, cancels a scheduled deletion, and mails a way to a new password. All of it happens, or none. Links
 * of earlier notices to other addresses stay valid, so that the owner can undo an intruder's undo. Later ones die. It
 * starts no session.
 */
// Row CE-03; case A-EM-06.
export const reportNotMe = operation({
  summary:
    "Puts the address back, ends every session, switches the password off and mails a way to a new one",
  access: everyone,
  input: v.object({ token: line() }),
  refusals: ["link_invalid", "email_taken", "too_many_attempts"],
  async run(core, { token }, call) {
    const { facts } = call;
    await inspectUndo(core, token, facts);
    try {
      const { userId, email, mailed } = await core.db.transaction(async (tx) => {
        const objection = await useLink(core, tx, noticeLink, token);
        return revokeAllAccess(core, tx, objection, facts);
      });
      if (call.account?.user.id === userId) call.effects.signOut();
      return { email, mailed };
    } catch (error) {
      if (error instanceof UniqueViolation) throw new LatchkeyError("email_taken", { cause: error });
      throw error;
    }
  },
});
