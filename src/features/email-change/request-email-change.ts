import { recordEvent } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { sendNotice } from "../../core/notices/index.ts";
import {
  createOneTimeToken,
  killTokensOfPurpose,
  newestTokenOfUser,
} from "../../core/one-time-tokens/index.ts";
import { findLiveSession, type Session } from "../../core/sessions/index.ts";
import { mailRequests, mailsTo, reserve, takeAttempt } from "../../core/throttling/index.ts";
import { parseEmailAddress, type User } from "../../core/users/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { emailChangeErrand } from "./errands.ts";
import { requestedNotice } from "./mail.ts";

/** The address an account waits for, as it was typed; null when it waits for none. */
export async function pendingAddress(core: Core, userId: string): Promise<string | null> {
  const row = await newestTokenOfUser(core.db, userId, "change_email", core.clock.now());
  return row?.address ?? null;
}

/**
 * Asks for another address. Nothing about the account changes until a link mailed there is used (row CE-02); the present
 * address is told at once, with a way to object (row CE-03). Whether the new one is taken makes no difference here: the
 * same rows are written, its token among them, so that neither answer nor time nor what the account waits for can tell.
 * An errand finds it out, and mails the link or an explanation (row CE-04). The caller has checked that the sign-in is fresh.
 * Throws `invalid_input` (`invalid_email`, `same_email`), `too_many_attempts`, `login_required`.
 */
export async function requestEmailChange(
  core: Core,
  { user, session }: { user: User; session: Session },
  typed: string,
  facts: RequestFacts,
): Promise<{ email: string }> {
  const wanted = parseEmailAddress(typed);
  if (wanted === null) throw fieldError("email", "invalid_email");
  const presentKey = parseEmailAddress(user.email)?.key ?? user.email;
  if (wanted.key === presentKey) throw fieldError("email", "same_email");
  await takeAttempt(core, [mailRequests(core, facts)]);
  const withinCap = (await reserve(core, [mailsTo(core, wanted.key)])).ok;
  await core.db.transaction(async (tx) => {
    // Ended since it was looked at, by a reset for instance: nothing may begin after what ended it (row CE-05).
    const live = await findLiveSession(tx, session.id, user.id);
    if (live === undefined) throw new LatchkeyError("login_required");
    await killTokensOfPurpose(tx, user.id, "change_email", core.clock.now());
    const token = await createOneTimeToken(core, tx, {
      purpose: "change_email",
      userId: user.id,
      emailKey: wanted.key,
      address: wanted.address,
      lifetimeMs: core.settings.lifetimes.emailChangeMs,
    });
    await core.outbox.defer(tx, emailChangeErrand(core, wanted.address, { user, token, withinCap, facts }));
    const recipient = { userId: user.id, email: user.email, proven: user.emailVerified };
    await sendNotice(core, tx, recipient, requestedNotice(core), facts);
    await recordEvent(core, tx, {
      event: "user_email_change_requested",
      actor: user.id,
      subject: user.id,
      detail: { within_cap: withinCap },
      facts,
    });
  });
  return { email: wanted.address };
}
