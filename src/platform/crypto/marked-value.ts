import { randomBytes } from "node:crypto";
import { type KeyPurpose, type KeyRing, sign, verifySignature } from "./key-ring.ts";
import { looksLikeToken } from "./random.ts";

const BYTES = 16;
const RANDOM_LENGTH = 22;
const MAC_LENGTH = 21;

/**
 * A new value of 128 bits and a MAC over them, in the form of a token. It can be recognised as issued here without a
 * look-up. The bits are random, except for those of `ending`, which stand last and can be read back.
 */
export function createMarkedValue(keys: KeyRing, purpose: KeyPurpose, ending = Buffer.alloc(0)): string {
  const random = Buffer.concat([randomBytes(BYTES - ending.length), ending]).toString("base64url");
  return random + sign(keys, purpose, random).slice(0, MAC_LENGTH);
}

/** The last bytes of a marked value's bits: the `ending` that it was created with. */
export function markedEnding(value: string, length: number): Buffer {
  return Buffer.from(value.slice(0, RANDOM_LENGTH), "base64url").subarray(BYTES - length);
}

/** Whether this installation issued the value for that purpose, with any of its keys. */
export function isMarkedValue(keys: KeyRing, purpose: KeyPurpose, value: string): boolean {
  if (!looksLikeToken(value)) return false;
  const random = value.slice(0, RANDOM_LENGTH);
  return verifySignature(keys, purpose, random, value.slice(RANDOM_LENGTH), MAC_LENGTH);
}
