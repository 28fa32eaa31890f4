import { recordAlone } from "../../core/audit/index.ts";
import type { Core, RequestFacts } from "../../core/core.ts";
import { addressFailures, consumeOrThrow, mailLoginCodes } from "../../core/counters/index.ts";
import { consumeOneTimeToken, consumeToken, inspectLink, type TokenRow } from "../../core/secrets/index.ts";
import { completeLogin, type LoginCompleted, proofOf } from "../../core/sessions/index.ts";
import { emailKeyOf, findById, findPassword, type UserRow } from "../../core/users/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { demandPasswordChoice } from "../login/index.ts";
import { browserOf } from "./browser-binding.ts";
import { isCode, readCode } from "./code.ts";
import { findLiveCodes } from "./queries.ts";
import { refuseWhereOff } from "./request-mail-login.ts";

/** The secret of the mailed link, or the code beside it. */
export type MailLoginInput = { token: string } | { code: string };

/** Signed in, and where that leads; or the account's password has to be replaced first, as at every login (row PW-11). */
export type MailLoginResult =
  | (LoginCompleted & { next: string | null })
  | { ok: true; passwordChangeToken: string };

/** The account a sign-in mail is good for: it must be usable, and still have the address the mail went to (row VE-01). */
async function accountOf(db: Queries, row: TokenRow): Promise<UserRow | undefined> {
  const user = await findById(db, row.user_id ?? "");
  const usable = user?.status === "active" && user.email_confirmed_at !== null;
  return usable && emailKeyOf(user.email) === row.email_key ? user : undefined;
}

/**
 * What a mailed link stands for, without using it up. Throws `link_invalid`, `too_many_attempts`, and `not_found` where the
 * option is off.
 */
export async function inspectMailLogin(
  core: Core,
  token: string,
  facts: RequestFacts,
): Promise<{ user: UserRow; sameBrowser: boolean }> {
  refuseWhereOff(core);
  async function resolve(db: Queries, row: TokenRow) {
    const user = await accountOf(db, row);
    const sameBrowser = row.browser !== null && browserOf(facts)?.equals(row.browser) === true;
    return user && { user, sameBrowser };
  }
  return inspectLink(core, { purpose: "mail_login", resolve }, token, facts);
}

/** Signs in whom a used-up mail is good for; null where the account changed in the meantime. */
async function signIn(
  core: Core,
  tx: Transaction,
  row: TokenRow | undefined,
  facts: RequestFacts,
): Promise<MailLoginResult | null> {
  const user = row && (await accountOf(tx, row));
  if (row === undefined || user === undefined) return null;
  // Every way in is held to the same policy (row TH-11).
  if ((await findPassword(tx, user.id))?.must_change === 1)
    return demandPasswordChoice(core, tx, user, facts);
  const asked = JSON.parse(row.data ?? "{}") as { remember?: boolean; next?: string };
  const completed = await completeLogin(core, tx, proofOf(user.id, "email_link"), {
    remember: asked.remember ?? false,
    facts,
  });
  return completed.ok ? { ...completed, next: asked.next ?? null } : null;
}

async function confirmByLink(core: Core, token: string, facts: RequestFacts): Promise<MailLoginResult> {
  const { sameBrowser } = await inspectMailLogin(core, token, facts);
  if (!sameBrowser) throw new LatchkeyError("other_browser");
  const result = await core.db.transaction(async (tx) =>
    signIn(core, tx, await consumeOneTimeToken(core, tx, "mail_login", token), facts),
  );
  if (result === null) throw new LatchkeyError("link_invalid");
  return result;
}

async function confirmByCode(core: Core, typed: string, facts: RequestFacts): Promise<MailLoginResult> {
  const browser = browserOf(facts);
  if (browser === null) throw new LatchkeyError("other_browser", { detail: "typed in no browser" });
  const tries = mailLoginCodes(core, browser);
  const address = addressFailures(core, facts);
  const { countedAt } = await consumeOrThrow(core, [tries, address]);

  const code = readCode(typed);
  const live = await findLiveCodes(core.db, browser, core.clock.now());
  const mail = code === null ? undefined : live.find((row) => isCode(core, browser, code, row.code));
  const result =
    mail === undefined
      ? null
      : await core.db.transaction(async (tx) => {
          const used = await consumeToken(tx, mail.digest, "mail_login", core.clock.now());
          const signedIn = await signIn(core, tx, used, facts);
          if (signedIn === null) return null;
          await core.counters.giveBack(tx, address, countedAt);
          return signedIn;
        });
  if (result !== null) return result;
  const subject = live.length === 1 ? (live[0]?.user_id ?? null) : null;
  const detail = { method: "email_link", by: "code" };
  await recordAlone(core, { event: "authn_login_fail", subject, detail, facts });
  throw fieldError("code", "wrong_code");
}

/**
 * Signs in by a mailed link or its code, once, and in the browser that asked for it alone (rows VE-05, VE-06): a link
 * opened elsewhere may be somebody else's idea. Throws `link_invalid`, `other_browser`, `invalid_input` (`wrong_code` on
 * `code`), `too_many_attempts`, and `not_found` where the option is off.
 */
export async function confirmMailLogin(
  core: Core,
  input: MailLoginInput,
  facts: RequestFacts,
): Promise<MailLoginResult> {
  refuseWhereOff(core);
  return "token" in input ? confirmByLink(core, input.token, facts) : confirmByCode(core, input.code, facts);
}
