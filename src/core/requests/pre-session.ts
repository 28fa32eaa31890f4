import { randomBytes } from "node:crypto";
import { type KeyRing, looksLikeToken, sign, verifySignature } from "../../platform/crypto/index.ts";

/*
 * What an anonymous browser is known by: 128 random bits and a MAC, in the shape of a session value and under the
 * session cookie's name. It costs no row, binds CSRF tokens and registrations to a browser, and gives no rights.
 * The MAC is what tells an issued value from an invented or planted one (rows CK-05, CF-07).
 */

const RANDOM_LENGTH = 22;
const MAC_LENGTH = 21;

function mac(keys: KeyRing, random: string): string {
  return sign(keys, "pre-session", random).slice(0, MAC_LENGTH);
}

export function createPreSession(keys: KeyRing): string {
  const random = randomBytes(16).toString("base64url");
  return random + mac(keys, random);
}

/** The value if this installation issued it, else null. */
export function readPreSession(keys: KeyRing, value: string | null): string | null {
  if (value === null || !looksLikeToken(value)) return null;
  const random = value.slice(0, RANDOM_LENGTH);
  return verifySignature(keys, "pre-session", random, value.slice(RANDOM_LENGTH), MAC_LENGTH) ? value : null;
}
