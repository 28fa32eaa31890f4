import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { inspectLink, type MailedLink, useLink } from "../../core/secrets/index.ts";
import {
  type Account,
  credentialsChanged,
  type LoginCompleted,
  proofOf,
  renewSession,
  type Session,
} from "../../core/sessions/index.ts";
import { findById, setEmail, toUser, type UserRow } from "../../core/users/index.ts";
import { type Transaction, UniqueViolation } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { deletePendingRegistrations } from "../registration/index.ts";
import { changedNotice, newAddressMail } from "./mail.ts";

/** A request that stands: whose account it is about, and the address it is for. */
interface StandingRequest {
  user: UserRow;
  /** As its owner writes it. */
  address: string;
  emailKey: string;
}

export interface EmailChangeResult {
  /** The new address, as its owner writes it. */
  email: string;
  /** The session of the browser that confirmed, under a new value; null where this account isn't signed in there. */
  renewed: LoginCompleted | null;
}

const changeLink: MailedLink<StandingRequest> = {
  purpose: "change_email",
  async resolve(db, { user_id, address, email_key }) {
    const user = await findById(db, user_id ?? "");
    if (address === null || user?.status !== "active") return undefined;
    return { user, address, emailKey: email_key };
  },
};

/** What a link for a new address stands for, without using it up. Throws `link_invalid` or `too_many_attempts`. */
export function inspectEmailChange(core: Core, token: string, facts: RequestFacts): Promise<StandingRequest> {
  return inspectLink(core, changeLink, token, facts);
}

/** Tells both addresses; the former one can take the change back for days (rows CE-03, EM-03; case A-EM-06). */
async function tellBoth(
  core: Core,
  tx: Transaction,
  { user, address }: StandingRequest,
  facts: RequestFacts,
): Promise<void> {
  await sendNotice(core, tx, changedNotice, { to: toUser(user), facts });
  const reader = { to: address, userId: user.id, locale: user.locale ?? facts.locale };
  await core.outbox.enqueue(tx, await newAddressMail(core, reader, facts));
}

async function change(
  core: Core,
  tx: Transaction,
  request: StandingRequest,
  own: Session | null,
  facts: RequestFacts,
): Promise<EmailChangeResult> {
  const { user, address, emailKey } = request;
  await setEmail(tx, user.id, address, emailKey, core.clock.now());
  // Registrations that wait for this address can't become accounts any more.
  await deletePendingRegistrations(tx, emailKey);
  await recordEvent(core, tx, { event: "user_email_changed", actor: user.id, subject: user.id, facts });
  await credentialsChanged(core, tx, {
    userId: user.id,
    reason: "email_changed",
    ...(own === null ? {} : { keepSessionId: own.id }),
    facts,
  });
  await tellBoth(core, tx, request, facts);
  if (own === null) return { email: address, renewed: null };
  const renewing = { session: own, facts, keepsProof: true };
  const renewed = await renewSession(core, tx, proofOf(user.id, "email_link"), renewing);
  return { email: address, renewed: renewed.ok ? renewed : null };
}

/**
 * Uses a link that was mailed to a new address: it is the account's from here on, in one transaction with the end of every
 * other session and of what was mailed to the former address (row CE-07). Whether it is free is decided by the unique index,
 * so of two accounts that want it one gets it (row CE-06). Signs nobody in; the session of `account`, if it is the same
 * account, lives on under a new value. Throws `link_invalid`, `too_many_attempts`.
 */
export async function confirmEmailChange(
  core: Core,
  token: string,
  account: Account | null,
  facts: RequestFacts,
): Promise<EmailChangeResult> {
  await inspectEmailChange(core, token, facts);
  try {
    return await core.db.transaction(async (tx) => {
      const request = await useLink(core, tx, changeLink, token);
      const own = account?.user.id === request.user.id ? account.session : null;
      return change(core, tx, request, own, facts);
    });
  } catch (error) {
    if (error instanceof UniqueViolation) throw new LatchkeyError("link_invalid", { cause: error });
    throw error;
  }
}
