import * as v from "valibot";
import { codesMailedTo, consumeOrThrow } from "../../core/counters/index.ts";
import { emit } from "../../core/events/index.ts";
import { sendNotice } from "../../core/notices/index.ts";
import { operation, signedIn } from "../../core/operations/index.ts";
import { nextField } from "../../core/requests/index.ts";
import { browserOfSession, createMailedCode } from "../../core/secrets/index.ts";
import { requireLive } from "../../core/sessions/index.ts";
import { emailKeyOf } from "../../core/users/index.ts";
import { codeNotice } from "./mail.ts";
import { mailedCodeProver, proofCode } from "./mailed-code.ts";
import { evidenceMissing, proversOf } from "./reauthenticate.ts";

/**
 * Mails the signed-in account a code that proves it again. Only an account without a password gets one. Other accounts
 * use their own evidence. An earlier code of this session dies.
 */
// Rows RS-04, TH-04.
export const requestReauthenticationCode = operation({
  summary: "Mails a code that proves an account without a password again, in this session",
  access: signedIn,
  input: v.object({ next: nextField() }),
  refusals: ["forbidden", "too_many_attempts"],
  async run(core, _input, call) {
    const account = call.requireAccount();
    const { facts } = call;
    const { user, session } = account;
    const provers = await proversOf(core, account);
    if (!provers.includes(mailedCodeProver)) throw evidenceMissing(provers);
    await consumeOrThrow(core, [codesMailedTo(core, user.id)]);
    await core.db.transaction(async (tx) => {
      await requireLive(tx, account);
      const { code } = await createMailedCode(core, tx, proofCode, {
        userId: user.id,
        emailKey: emailKeyOf(user.email),
        browser: browserOfSession(session.id),
      });
      const detail = { purpose: proofCode.purpose, by: "mail" };
      await emit(core, tx, {
        event: "authn_token_created",
        actor: user.id,
        subject: user.id,
        detail,
        facts,
      });
      await sendNotice(core, tx, codeNotice(core, code), { to: user, facts });
    });
    return { email: user.email };
  },
});
