import type { PasswordProfile } from "../settings.ts";
import { isCommonPassword } from "./common-passwords.ts";
import { isSameAsIdentifier } from "./same-as-identifier.ts";

/** ASVS 6.2.1 (L1): at least 8 code points. */
export const passwordMinimum = 8;

/** NIST SP 800-63B-4, 3.1.1.2 (1): at least 15 if the password is the only factor. */
export const passwordMinimumNist = 15;

/**
 * ASVS 6.2.9 (L2) and NIST SP 800-63B-4, 3.1.1.2 (2) ask for at least 64. The cap keeps attackers from making the
 * server normalise and hash megabytes (ASVS 15.2.2).
 */
export const passwordMaximum = 256;

/** `passwordMaximum` in UTF-8 bytes: a code point takes at most four. */
export const passwordMaximumBytes = passwordMaximum * 4;

// NFC joins at most four code points into one, so a longer text stays above the maximum. A megabyte is refused before
// it is normalised.
const rawMaximum = passwordMaximum * 16;

/** The names around the password. They are compared with the whole password, never searched for inside it. */
export interface PasswordContext {
  profile: PasswordProfile;
  /** The account's own names: e-mail address, username. Empty strings are ignored. */
  identifiers: readonly string[];
  siteName: string;
}

export type PasswordProblemCode =
  | "too_short"
  | "too_long"
  | "invalid_characters"
  | "common_password"
  | "same_as_identifier";

/** The reason of a refusal. `minimum` and `maximum` are code points and come with the two length codes. */
export interface PasswordProblem {
  ok: false;
  code: PasswordProblemCode;
  minimum?: number;
  maximum?: number;
}

/**
 * The text that is counted, hashed and verified: Unicode NFC and nothing else. No trimming, folding or truncation
 * (ASVS 6.2.8), and not NFKC, which would let different passwords match.
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFC");
}

/**
 * The bounds that also hold at sign-in: at most 256 code points after NFC, no NUL, no lone surrogate. Rules that an
 * older password might fail are left out.
 *
 * Codes: `too_long` (with `maximum`), `invalid_characters`.
 */
export function passwordBoundsProblem(password: string): PasswordProblem | undefined {
  if (password.length > rawMaximum) return tooLong;
  if (password.includes("\0") || !password.isWellFormed()) return { ok: false, code: "invalid_characters" };
  if (countCodePoints(normalizePassword(password)) > passwordMaximum) return tooLong;
  return undefined;
}

/**
 * Decides whether a password may be chosen (registration, change, reset). Only length, the list of common passwords and
 * the account's own names count, as ASVS 6.2.5 asks.
 *
 * Codes, in the order of the checks: `too_long` (with `maximum`), `invalid_characters`, `too_short` (with `minimum`),
 * `same_as_identifier`, `common_password`.
 */
export async function checkPassword(
  password: string,
  context: PasswordContext,
): Promise<{ ok: true } | PasswordProblem> {
  const bounds = passwordBoundsProblem(password);
  if (bounds) return bounds;
  const minimum = minimumFor(context.profile);
  if (countCodePoints(normalizePassword(password)) < minimum)
    return { ok: false, code: "too_short", minimum };
  if (isSameAsIdentifier(password, [...context.identifiers, context.siteName])) {
    return { ok: false, code: "same_as_identifier" };
  }
  if (await isCommonPassword(password)) return { ok: false, code: "common_password" };
  return { ok: true };
}

/** The smallest number of code points under a profile. */
export function minimumFor(profile: PasswordProfile): number {
  return profile === "nist" ? passwordMinimumNist : passwordMinimum;
}

const tooLong: PasswordProblem = { ok: false, code: "too_long", maximum: passwordMaximum };

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
