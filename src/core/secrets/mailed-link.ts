import { digest, looksLikeToken } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { recordAlone } from "../audit/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { addressFailures, consumeOrThrow, linkPasswords } from "../counters/index.ts";
import { consumeOneTimeToken, peekOneTimeToken, type TokenPurpose } from "./one-time-tokens.ts";
import { findSpentToken, type TokenRow } from "./queries.ts";

/** A kind of mailed link, as the feature that mails it declares it. */
export interface MailedLink<Subject> {
  purpose: TokenPurpose;
  /** What a live one stands for; undefined where that is good for nothing any more, such as a disabled account. */
  resolve(db: Queries, row: TokenRow): Promise<Subject | undefined>;
}

/** A link that was used up or replaced is somebody's who has an old mail: worth a row for its account (row LG-01). */
async function recordReuse(
  core: Core,
  purpose: TokenPurpose,
  token: string,
  facts: RequestFacts,
): Promise<void> {
  const spent = looksLikeToken(token) ? await findSpentToken(core.db, digest(token), purpose) : undefined;
  if (spent === undefined) return;
  await recordAlone(core, {
    event: "authn_token_reuse",
    actor: facts.userId,
    subject: spent.user_id,
    detail: { purpose },
    facts,
  });
}

/**
 * Looks at a mailed link without using it up, for the page that asks before it acts (row VE-02). Wrong tokens count for
 * the client address. Throws `link_invalid` or `too_many_attempts`.
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
 * Counts a password that somebody wants to set by a link: each may cost a hash, and a refusal leaves the link alive (a
 * taken username, the same password again). Throws `too_many_attempts`.
 */
export async function countLinkPassword(core: Core, token: string): Promise<void> {
  await consumeOrThrow(core, [linkPasswords(core, digest(token))]);
}

/**
 * Uses a mailed link up, once, whoever else tries (row RS-05), and looks again at what it stands for. Inspect it before:
 * nothing is counted here. Throws `link_invalid`, which undoes the transaction.
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
