import * as v from "valibot";
import type { Core, RequestFacts } from "../../core/core.ts";
import { addressFailures, consumeOrThrow } from "../../core/counters/index.ts";
import { emitWithinBudget } from "../../core/events/index.ts";
import { completeLogin, type LoginContinues, type Proof, prove } from "../../core/login/index.ts";
import { everyone, operation } from "../../core/operations/index.ts";
import { optionalLine } from "../../core/requests/index.ts";
import {
  browserOf,
  codeTries,
  consumeOneTimeToken,
  consumeToken,
  findTyped,
  inspectLink,
  liveCodes,
  type TokenRow,
} from "../../core/secrets/index.ts";
import type { LoginCompleted } from "../../core/sessions/index.ts";
import { emailKeyOf, findById, type UserRow } from "../../core/users/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import { fieldError, LatchkeyError } from "../../platform/errors/index.ts";
import { mailLoginCode } from "./code.ts";

/** The secret of the mailed link, or the code beside it. */
export type MailLoginInput = { token: string } | { code: string };

/** A link that another browser requested may be an attack. */
export const recordedRefusals = { other_browser: "sequence_fail" } as const;

/** The account of a sign-in mail: it must be usable, and still have the address of the mail. */
// Row VE-01.
async function accountOf(db: Queries, row: TokenRow): Promise<UserRow | undefined> {
  const user = await findById(db, row.user_id ?? "");
  const usable = user?.status === "active" && user.email_confirmed_at !== null;
  return usable && emailKeyOf(user.email) === row.email_key ? user : undefined;
}

/** Resolves a mailed link without using it up. Throws `link_invalid`, `too_many_attempts`. */
export async function inspectMailLogin(
  core: Core,
  token: string,
  facts: RequestFacts,
): Promise<{ user: UserRow; sameBrowser: boolean }> {
  async function resolve(db: Queries, row: TokenRow) {
    const user = await accountOf(db, row);
    const sameBrowser = row.browser !== null && browserOf(facts)?.equals(row.browser) === true;
    return user && { user, sameBrowser };
  }
  return inspectLink(core, { purpose: "mail_login", resolve }, token, facts);
}

type SignIn = LoginCompleted | LoginContinues;

/** Signs in the account of a used mail; null if the account changed in the meantime. */
async function signIn(
  core: Core,
  tx: Transaction,
  row: TokenRow | undefined,
  proof: Proof,
  facts: RequestFacts,
): Promise<SignIn | null> {
  const user = row && (await accountOf(tx, row));
  if (row === undefined || user === undefined) return null;
  const { remember = false, next = null } = JSON.parse(row.data ?? "{}") as {
    remember?: boolean;
    next?: string;
  };
  const step = await completeLogin(core, tx, [proof], { remember, facts, next });
  return step.status === "refused" ? null : step;
}

const evidence = (facts: RequestFacts) => ({ method: "email_link", factor: "possession", facts }) as const;

async function confirmByLink(core: Core, token: string, facts: RequestFacts): Promise<SignIn> {
  const { user, sameBrowser } = await inspectMailLogin(core, token, facts);
  if (!sameBrowser) throw new LatchkeyError("other_browser");
  const proof = await prove(core, user, evidence(facts));
  const result = await core.db.transaction(async (tx) =>
    signIn(core, tx, await consumeOneTimeToken(core, tx, "mail_login", token), proof, facts),
  );
  if (result === null) throw new LatchkeyError("link_invalid");
  return result;
}

async function confirmByCode(core: Core, typed: string, facts: RequestFacts): Promise<SignIn> {
  const browser = browserOf(facts);
  if (browser === null) throw new LatchkeyError("other_browser", { detail: "typed in no browser" });
  const tries = codeTries(core, mailLoginCode, browser);
  const address = addressFailures(core, facts);
  const { countedAt } = await consumeOrThrow(core, [tries, address]);

  const live = await liveCodes(core, mailLoginCode, browser);
  const mail = findTyped(core, mailLoginCode, browser, { typed, live });
  const user = mail && (await findById(core.db, mail.user_id));
  if (mail !== undefined && user !== undefined) {
    const proof = await prove(core, user, evidence(facts)).catch(async (error: unknown) => {
      // The code was right and stays valid, so the try doesn't count.
      for (const bucket of [tries, address]) await core.counters.giveBack(core.db, bucket, countedAt);
      throw error;
    });
    const result = await core.db.transaction(async (tx) => {
      const used = await consumeToken(tx, mail.digest, "mail_login", core.clock.now());
      const step = await signIn(core, tx, used, proof, facts);
      if (step !== null) await core.counters.giveBack(tx, address, countedAt);
      return step;
    });
    if (result !== null) return result;
  }
  const subject = live.length === 1 ? (live[0]?.user_id ?? null) : null;
  const detail = { method: "email_link", by: "code" };
  await emitWithinBudget(core, { event: "authn_login_fail", subject, detail, facts });
  throw fieldError("code", "wrong_code");
}

/**
 * Signs in by a mailed link or its code, once, and only in the requesting browser. A stranger may have sent the link to
 * a victim.
 */
// Rows VE-05, VE-06.
export const confirmMailLogin = operation({
  summary: "Signs in by a mailed link or its code, in the requesting browser",
  access: everyone,
  input: v.object({ token: optionalLine(), code: optionalLine() }),
  signsIn: true,
  refusals: ["link_invalid", "other_browser", "refused", "too_many_attempts"],
  async run(core, { token, code }, call) {
    if (token === undefined && code === undefined) throw fieldError("code", "required");
    const { facts } = call;
    const step =
      token === undefined
        ? await confirmByCode(core, code ?? "", facts)
        : await confirmByLink(core, token, facts);
    if (step.status === "signed_in") call.effects.signIn(step);
    return step;
  },
});
