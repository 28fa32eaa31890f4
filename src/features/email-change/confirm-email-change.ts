import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { emit } from "../../core/events/index.ts";
import { proveAgain, renewSession } from "../../core/login/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { line } from "../../core/requests/index.ts";
import { inspectLink, type MailedLink, useLink } from "../../core/secrets/index.ts";
import { credentialsChanged, type LoginCompleted, type Session } from "../../core/sessions/index.ts";
import { findById, setEmail, toUser, type UserRow } from "../../core/users/index.ts";
import { type Transaction, UniqueViolation } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { deletePendingRegistrations } from "../registration/index.ts";
import { changedNotice, newAddressMail } from "./mail.ts";

/** A valid request: its account, and the wanted address. */
interface StandingRequest {
  user: UserRow;
  /** As its owner writes it. */
  address: string;
  emailKey: string;
}

interface EmailChangeResult {
  /** The new address, as its owner writes it. */
  email: string;
  /** The session of the confirming browser, with a new value; null if the account isn't signed in there. */
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

/** Resolves a link for a new address without using it up. Throws `link_invalid` or `too_many_attempts`. */
export function inspectEmailChange(core: Core, token: string, facts: RequestFacts): Promise<StandingRequest> {
  return inspectLink(core, changeLink, token, facts);
}

/** Notifies both addresses. The former one can undo the change for days. */
// Row CE-03, EM-03, case A-EM-06.
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
  await emit(core, tx, { event: "user_email_changed", actor: user.id, subject: user.id, facts });
  await credentialsChanged(core, tx, {
    userId: user.id,
    reason: "email_changed",
    actor: user.id,
    ...(own === null ? {} : { keepSessionId: own.id }),
    facts,
  });
  await tellBoth(core, tx, request, facts);
  if (own === null) return { email: address, renewed: null };
  const renewing = { session: own, facts, keepsProof: true };
  const proof = proveAgain(core, user.id, "email_link", "possession");
  const renewed = await renewSession(core, tx, proof, renewing);
  return { email: address, renewed: renewed.status === "signed_in" ? renewed : null };
}

/**
 * Uses a link that was mailed to a new address. One transaction moves the account to the address, ends every other
 * session and voids links to the former address. The unique index decides whether the address is free, so of two
 * accounts one gets it. It starts no session. A session of the same account continues with a new value.
 */
// Rows CE-06, CE-07.
export const confirmEmailChange = operation({
  summary: "Uses the link: the account gets the address, and its other sessions end; starts no session",
  access: everyone,
  input: v.object({ token: line() }),
  refusals: ["link_invalid", "too_many_attempts"],
  async run(core, { token }, call) {
    const { facts, account } = call;
    await inspectEmailChange(core, token, facts);
    try {
      const { email, renewed } = await core.db.transaction(async (tx) => {
        const request = await useLink(core, tx, changeLink, token);
        const own = account?.user.id === request.user.id ? account.session : null;
        return change(core, tx, request, own, facts);
      });
      if (renewed !== null) call.effects.signIn(renewed);
      return { email };
    } catch (error) {
      if (error instanceof UniqueViolation) throw new LatchkeyError("link_invalid", { cause: error });
      throw error;
    }
  },
});
