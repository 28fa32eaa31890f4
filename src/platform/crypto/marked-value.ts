import { randomBytes } from "node:crypto";
import { type KeyPurpose, type KeyRing, sign, verifySignature } from "./key-ring.ts";
import { looksLikeToken } from "./random.ts";

const RANDOM_LENGTH = 22;
const MAC_LENGTH = 21;

/**
 * A new value of 128 random bits and a MAC over them, in the form of a token. It can be recognised as issued here
 * without a look-up.
 */
export function createMarkedValue(keys: KeyRing, purpose: KeyPurpose): string {
  const random = randomBytes(16).toString("base64url");
  return random + sign(keys, purpose, random).slice(0, MAC_LENGTH);
}

/** Whether this installation issued the value for that purpose, with any of its keys. */
export function isMarkedValue(keys: KeyRing, purpose: KeyPurpose, value: string): boolean {
  if (!looksLikeToken(value)) return false;
  const random = value.slice(0, RANDOM_LENGTH);
  return verifySignature(keys, purpose, random, value.slice(RANDOM_LENGTH), MAC_LENGTH);
}
