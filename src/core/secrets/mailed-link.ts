import { digest, looksLikeToken } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { addressFailures, consumeOrThrow, linkPasswords } from "../counters/index.ts";
import { emitWithinBudget } from "../events/index.ts";
import { consumeOneTimeToken, peekOneTimeToken, type TokenPurpose } from "./one-time-tokens.ts";
import { findSpentToken, type TokenRow } from "./queries.ts";

/** A kind of mailed link, as its feature declares it. */
export interface MailedLink<Subject> {
  purpose: TokenPurpose;
  /** The subject of a live link. Undefined if it became worthless, for example for a disabled account. */
  resolve(db: Queries, row: TokenRow): Promise<Subject | undefined>;
}

/**
 * Records the use of a consumed or replaced link. Its user has an old mail of the account, which deserves a row in the
 * audit.
 *
 * @see Row LG-01
 */
async function recordReuse(
  core: Core,
  purpose: TokenPurpose,
  token: string,
  facts: RequestFacts,
): Promise<void> {
  const spent = looksLikeToken(token) ? await findSpentToken(core.db, digest(token), purpose) : undefined;
  if (spent === undefined) return;
  await emitWithinBudget(core, {
    event: "authn_token_reuse",
    actor: facts.userId,
    subject: spent.user_id,
    detail: { purpose },
    facts,
  });
}

/**
 * Checks a mailed link without consuming it, for the page that asks before it acts. Wrong tokens count for the client
 * address. Throws `link_invalid` or `too_many_attempts`.
 *
 * @example
 * const invitation = await inspectLink(core, invitationLink, context.linkToken, context.facts);
 * @see Row VE-02
 */
export async function inspectLink<Subject>(
  core: Core,
  { purpose, resolve }: MailedLink<Subject>,
  token: string,
  facts: RequestFacts,
): Promise<Subject> {
  const address = addressFailures(core, facts);
  const { countedAt } = await consumeOrThrow(core, [address]);
  const row = await peekOneTimeToken(core, core.db, purpose, token);
  const subject = row && (await resolve(core.db, row));
  if (subject === undefined) {
    await recordReuse(core, purpose, token, facts);
    throw new LatchkeyError("link_invalid");
  }
  await core.counters.giveBack(core.db, address, countedAt);
  return subject;
}

/**
 * Counts an attempt to set a password by a link. Each may cost a hash, and a refusal keeps the link alive (a taken
 * username, the same password again). Throws `too_many_attempts`.
 */
export async function countLinkPassword(core: Core, token: string): Promise<void> {
  await consumeOrThrow(core, [linkPasswords(core, digest(token))]);
}

/**
 * Consumes a mailed link, once even if several requests try, and looks up its subject again. It counts no attempt, so
 * call `inspectLink` before. Throws `link_invalid`, which undoes the transaction.
 *
 * @example
 * const invitation = await core.db.transaction((tx) => useLink(core, tx, invitationLink, token));
 * @see Row RS-05
 */
export async function useLink<Subject>(
  core: Core,
  tx: Transaction,
  { purpose, resolve }: MailedLink<Subject>,
  token: string,
): Promise<Subject> {
  const row = await consumeOneTimeToken(core, tx, purpose, token);
  const subject = row && (await resolve(tx, row));
  if (subject === undefined) throw new LatchkeyError("link_invalid");
  return subject;
}
