import type { Core, RequestFacts } from "../../core/core.ts";
import { consumeOrThrow } from "../../core/counters/index.ts";
import { emitAlone } from "../../core/events/index.ts";
import { type Prover, proveAgain } from "../../core/login/index.ts";
import { hasPassword } from "../../core/password-trials/index.ts";
import { codeField } from "../../core/requests/index.ts";
import {
  browserOfSession,
  codeTries,
  consumeToken,
  findTyped,
  liveCodes,
  type MailedCode,
} from "../../core/secrets/index.ts";
import { type Account, endSession } from "../../core/sessions/index.ts";
import { emailKeyOf } from "../../core/users/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";

/** The code that proves an account without a password. It works in the requesting session. */
export const proofCode: MailedCode = {
  purpose: "reauthenticate",
  key: "reauthentication-code",
  lifetime: "reauthenticationCodeMs",
};

/** The name of this evidence, the same as for the code of a sign-in by mail: both prove the mailbox. */
const METHOD = "email_link";

/** Whether this session has a valid code. */
export async function awaitsCode(core: Core, { session }: Account): Promise<boolean> {
  return (await liveCodes(core, proofCode, browserOfSession(session.id))).length > 0;
}

/**
 * Counts a try of this session. A session that used up its tries may be a thief's, so it ends. Strangers can't use them
 * up, since a code works only in its session.
 */
// Rows RA-05, TH-04.
async function countTry(core: Core, { user, session }: Account, facts: RequestFacts): Promise<void> {
  const tries = codeTries(core, proofCode, browserOfSession(session.id));
  await consumeOrThrow(core, [tries]).catch(async (error: unknown) => {
    const usedUp = error instanceof LatchkeyError && error.code === "too_many_attempts";
    const ended = { sessionId: session.id, userId: user.id, reason: "too_many_attempts", facts } as const;
    if (usedUp) await core.db.transaction((tx) => endSession(core, tx, { ...ended, actor: user.id }));
    throw error;
  });
}

/** Uses up the typed code. Returns whether it belongs to this account and was mailed to its current address. */
// Row VE-01.
async function consumeCode(core: Core, { user, session }: Account, typed: string): Promise<boolean> {
  const browser = browserOfSession(session.id);
  const live = await liveCodes(core, proofCode, browser);
  const code = findTyped(core, proofCode, browser, { typed, live });
  if (code === undefined) return false;
  const used = await core.db.transaction((tx) =>
    consumeToken(tx, code.digest, proofCode.purpose, core.clock.now()),
  );
  return used?.user_id === user.id && used.email_key === emailKeyOf(user.email);
}

/** A mailed code as evidence of an account without a password. It is as safe as the mailbox. */
// Rows RA-05, VE-05, VE-06.
export const mailedCodeProver: Prover = {
  name: METHOD,
  field: "code",
  available: async (core, { user }) =>
    user.emailVerified && core.outbox.canSend && !(await hasPassword(core.db, user.id)),
  async prove(core, account, typed, facts) {
    const { id } = account.user;
    await countTry(core, account, facts);
    if (await consumeCode(core, account, typed)) return proveAgain(core, id, METHOD, "possession");
    const detail = { method: METHOD };
    await emitAlone(core, { event: "authn_reauthentication_fail", actor: id, subject: id, detail, facts });
    throw fieldError("code", "wrong_code");
  },
  render: (context, field) => field({ ...codeField(context), autofocus: true }),
};
