import { digest, looksLikeToken, randomToken } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import type { Base } from "../base.ts";
import type { Core } from "../core.ts";
import { consumeToken, findLiveToken, insertToken, killTokensOfPurpose, type TokenRow } from "./queries.ts";

declare global {
  namespace Latchkey {
    /** Purposes of single-use secrets. A secret of one purpose is worthless for another. */
    interface Secrets {}
  }
}

/**
 * The purpose of a mailed secret. A token of one purpose is worthless for another.
 *
 * @see Rows RS-02, KY-04
 */
export type TokenPurpose = keyof Latchkey.Secrets & string;

/**
 * The changes that a kind of secret survives. By default it dies with the password, the address and the account's right
 * to sign in.
 */
export interface SecretDeclaration {
  /** It dies with the account's sessions too, whatever ends them. */
  readonly endsWithSessions?: boolean;
  /** No change of the account kills it: an intruder could cause any. */
  readonly outlives?: boolean;
}

/** The purpose and the owner of a single-use secret. */
export interface TokenSubject {
  purpose: TokenPurpose;
  /** The account. Absent before it exists. */
  userId?: string;
  /** The registration that waits for confirmation. */
  registrationId?: string;
  /** The canonical address that it was sent to. */
  emailKey: string;
  /** That address as its owner writes it, if it may become the account's. */
  address?: string;
  /** The digest of the requesting browser's value, if only that browser may use the token. */
  browser?: Uint8Array;
  /** The MAC of a code that replaces the token in that browser. */
  code?: Uint8Array;
  /** Further data of the request. Survives JSON, holds no secret. */
  data?: Readonly<Record<string, string | boolean>>;
  lifetimeMs: number;
}

/**
 * Makes a single-use secret and stores its digest. Returns the secret, which the caller mails and forgets.
 *
 * @example
 * const token = await createOneTimeToken(core, tx, {
 *   purpose: "acme-door/invitation",
 *   emailKey,
 *   lifetimeMs: 86_400_000,
 * });
 */
export async function createOneTimeToken(
  core: Base,
  tx: Transaction,
  subject: TokenSubject,
): Promise<string> {
  const token = randomToken();
  const now = core.clock.now();
  await insertToken(
    tx,
    digest(token),
    subject.purpose,
    subject.userId ?? null,
    subject.registrationId ?? null,
    subject.emailKey,
    now,
    now + subject.lifetimeMs,
    subject.address ?? null,
    subject.browser ?? null,
    subject.code ?? null,
    subject.data === undefined ? null : JSON.stringify(subject.data),
  );
  return token;
}

/** Finds a token without consuming it, for the page that asks before it acts. */
export async function peekOneTimeToken(
  core: Base,
  db: Queries,
  purpose: TokenPurpose,
  token: string,
): Promise<TokenRow | undefined> {
  if (!looksLikeToken(token)) return undefined;
  return findLiveToken(db, digest(token), purpose, core.clock.now());
}

/**
 * Consumes a token. Undefined if it is unknown, used, expired or of another purpose: the answer doesn't say which.
 */
export async function consumeOneTimeToken(
  core: Base,
  tx: Transaction,
  purpose: TokenPurpose,
  token: string,
): Promise<TokenRow | undefined> {
  if (!looksLikeToken(token)) return undefined;
  return consumeToken(tx, digest(token), purpose, core.clock.now());
}

/** Kills the live secrets of an account that `chosen` selects by their declaration. */
export async function killTokens(
  { clock, features }: Core,
  tx: Transaction,
  userId: string,
  chosen: (declared: SecretDeclaration) => boolean,
): Promise<void> {
  for (const [purpose, declared] of Object.entries(features.secrets))
    if (chosen(declared)) await killTokensOfPurpose(tx, userId, purpose as TokenPurpose, clock.now());
}
