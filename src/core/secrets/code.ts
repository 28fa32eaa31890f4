import { randomInt } from "node:crypto";
import { type KeyPurpose, sign, verifySignature } from "../../platform/crypto/index.ts";
import type { Base } from "../base.ts";

/*
 * A mailed code, for typing in the requesting browser: 8 of 20 letters, 34 bits, with five tries. Consonants only: no I
 * or O that look like digits, and no accidental words. Row VE-05.
 */

const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;

export function newCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** The code for people: `BCDF-GHJK`. */
export function shownCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** The typed code, in any case, with or without dashes and spaces; null for text that isn't a code. */
export function readCode(typed: string): string | null {
  const letters = typed.replace(/[\s\p{Pd}]/gu, "");
  return /^[A-Za-z]{8}$/.test(letters) ? letters.toUpperCase() : null;
}

const subject = (browser: Uint8Array, code: string) => `${Buffer.from(browser).toString("hex")} ${code}`;

/**
 * The stored form of a code: a MAC under a key that isn't in the database. From a dump, a plain digest of 8 letters
 * would fall within minutes. The MAC covers the requesting browser. Each kind of code has its own key.
 */
// Rows KY-03, KY-04.
export function codeMac(
  { keys }: Pick<Base, "keys">,
  key: KeyPurpose,
  browser: Uint8Array,
  code: string,
): Buffer {
  return Buffer.from(sign(keys, key, subject(browser, code)), "base64url");
}

/** Whether the MAC was made of this code, by any key of the ring; in constant time. */
// Rows KY-02, KY-06.
export function isCode(
  { keys }: Pick<Base, "keys">,
  key: KeyPurpose,
  browser: Uint8Array,
  { code, mac }: { code: string; mac: Uint8Array },
): boolean {
  return verifySignature(keys, key, subject(browser, code), Buffer.from(mac).toString("base64url"));
}
