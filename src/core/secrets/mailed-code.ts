import type { KeyPurpose } from "../../platform/crypto/index.ts";
import type { Transaction } from "../../platform/database/index.ts";
import type { Base } from "../base.ts";
import { type Bucket, bucket } from "../counters/index.ts";
import { codeMac, isCode, newCode, readCode, shownCode } from "./code.ts";
import { createOneTimeToken, type TokenPurpose, type TokenSubject } from "./one-time-tokens.ts";
import { type CodeRow, findLiveCodes, killCodesOfBrowser } from "./queries.ts";

/** A kind of mailed code, as its feature declares it. */
export interface MailedCode {
  readonly purpose: TokenPurpose;
  /** The key of its MACs. A code of one kind is worthless for another. */
  readonly key: KeyPurpose;
  readonly lifetime: keyof Latchkey.Lifetimes & string;
}

/** A code, and the token of a link with the same effect. */
interface MadeCode {
  /** The code for people, such as `BCDF-GHJK`. */
  code: string;
  token: string;
}

const TRIES = 5;

/**
 * Makes a code that works once and only in this browser. Earlier ones of the same kind, account and browser die;
 * those of other browsers stay. The caller mails it and forgets it.
 */
// Row RS-04.
export async function createMailedCode(
  core: Base,
  tx: Transaction,
  { purpose, key, lifetime }: MailedCode,
  {
    lifetimeMs = core.settings.lifetimes[lifetime],
    ...subject
  }: Omit<TokenSubject, "purpose" | "code" | "lifetimeMs"> & {
    userId: string;
    browser: Uint8Array;
    /** Default: that of the kind. */
    lifetimeMs?: number;
  },
): Promise<MadeCode> {
  const { userId, browser } = subject;
  const code = newCode();
  await killCodesOfBrowser(tx, userId, browser, purpose, core.clock.now());
  const mac = codeMac(core, key, browser, code);
  const token = await createOneTimeToken(core, tx, { ...subject, purpose, lifetimeMs, code: mac });
  return { code: shownCode(code), token };
}

/**
 * Codes of one kind that one browser may try. A new mail brings no new tries. Count before `findTyped`.
 *
 * @see row VE-05
 */
export function codeTries(core: Base, { purpose, lifetime }: MailedCode, browser: Uint8Array): Bucket {
  const key = Buffer.from(browser).toString("hex");
  return bucket("mailed-codes", [purpose, key], TRIES, core.settings.lifetimes[lifetime]);
}

/** The live codes of one kind that this browser requested. Each requested account has its own. */
export function liveCodes(core: Base, { purpose }: MailedCode, browser: Uint8Array): Promise<CodeRow[]> {
  return findLiveCodes(core.db, browser, purpose, core.clock.now());
}

/** The typed code, among the live ones of this browser. Neither counts nor uses up a code. */
export function findTyped(
  core: Base,
  { key }: MailedCode,
  browser: Uint8Array,
  { typed, live }: { typed: string; live: readonly CodeRow[] },
): CodeRow | undefined {
  const code = readCode(typed);
  if (code === null) return undefined;
  return live.find((row) => isCode(core, key, browser, { code, mac: row.code }));
}
