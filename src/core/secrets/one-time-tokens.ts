import { digest, looksLikeToken, randomToken } from "../../platform/crypto/index.ts";
import type { Queries, Transaction } from "../../platform/database/index.ts";
import type { Base } from "../base.ts";
import { consumeToken, findLiveToken, insertToken, type TokenRow } from "./queries.ts";

/** What a mailed secret is good for. A token of one purpose is nothing to another (rows RS-02, KY-04). */
export type TokenPurpose = "confirm_email" | "choose_password" | "change_email" | "undo" | "mail_login";

export interface TokenSubject {
  purpose: TokenPurpose;
  /** The account; left out while there is none yet. */
  userId?: string;
  /** The registration that waits for confirmation. */
  registrationId?: string;
  /** The canonical address it was sent to. */
  emailKey: string;
  /** That address as its owner writes it, where it may become the account's. */
  address?: string;
  /** The digest of what the asking browser is known by, where only that browser may use it. */
  browser?: Uint8Array;
  /** The MAC of a code that stands for the token in that browser. */
  code?: Uint8Array;
  /** What was asked for along with it; survives JSON, holds no secret. */
  data?: Readonly<Record<string, string | boolean>>;
  lifetimeMs: number;
}

/** Makes a single-use secret and stores its digest. Returns the secret, to be mailed and forgotten. */
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

/** What a token stands for, without using it up: for the page that asks before it acts. */
export async function peekOneTimeToken(
  core: Base,
  db: Queries,
  purpose: TokenPurpose,
  token: string,
): Promise<TokenRow | undefined> {
  if (!looksLikeToken(token)) return undefined;
  return findLiveToken(db, digest(token), purpose, core.clock.now());
}

/** Uses a token up. Undefined when it is unknown, used, of another purpose or too old: nobody learns which. */
export async function consumeOneTimeToken(
  core: Base,
  tx: Transaction,
  purpose: TokenPurpose,
  token: string,
): Promise<TokenRow | undefined> {
  if (!looksLikeToken(token)) return undefined;
  return consumeToken(tx, digest(token), purpose, core.clock.now());
}
