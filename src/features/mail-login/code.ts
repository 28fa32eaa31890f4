import { randomInt } from "node:crypto";
import type { Core } from "../../core/core.ts";
import { sign, verifySignature } from "../../platform/crypto/index.ts";

/*
 * The code of a sign-in mail, for a mailbox on another device: 8 of 20 letters, 34 bits, of which five may be tried (row
 * VE-05). Consonants only: no I or O to take for digits, and no words that come about by chance.
 */

const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;
const PURPOSE = "mail-login-code";

export function newCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** As people read it: `BCDF-GHJK`. */
export function shownCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** What was typed, in any case, with dashes and spaces anywhere or nowhere; null for what is no code at all. */
export function readCode(typed: string): string | null {
  const letters = typed.replace(/[\s\p{Pd}]/gu, "");
  return /^[A-Za-z]{8}$/.test(letters) ? letters.toUpperCase() : null;
}

const subject = (browser: Uint8Array, code: string) => `${Buffer.from(browser).toString("hex")} ${code}`;

/**
 * What is stored of a code: a MAC under a key that isn't in the database, since a plain digest of 8 letters could be tried
 * out from a dump within minutes (row KY-03). The asking browser is in it.
 */
export function codeMac({ keys }: Core, browser: Uint8Array, code: string): Buffer {
  return Buffer.from(sign(keys, PURPOSE, subject(browser, code)), "base64url");
}

/** Whether this is the code that the MAC was made of, by any key of the ring; in constant time (rows KY-02, KY-06). */
export function isCode({ keys }: Core, browser: Uint8Array, code: string, mac: Uint8Array): boolean {
  return verifySignature(keys, PURPOSE, subject(browser, code), Buffer.from(mac).toString("base64url"));
}
