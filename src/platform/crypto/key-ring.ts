import {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";

declare global {
  namespace Latchkey {
    /** Purposes of derived keys. A feature adds its own in its declaration. */
    interface Keys {}
  }
}

/**
 * The purpose of a derived key. Each purpose has its own key, so that no token passes for another.
 *
 * @see Row KY-04
 */
export type KeyPurpose = keyof Latchkey.Keys & string;

export interface RingKey {
  /** Four bytes that name the key in what it sealed. They are derived from the key and reveal nothing about it. */
  id: Buffer;
  for(purpose: KeyPurpose): KeyObject;
}

/**
 * The installation's keys, newest first: the first signs and encrypts, all verify.
 *
 * @see Row KY-02
 */
export interface KeyRing {
  current: RingKey;
  all: readonly RingKey[];
  byId(id: Uint8Array): RingKey | undefined;
}

function ringKey(secret: string): RingKey {
  const master = createHash("sha256").update("latchkey key\0").update(secret).digest();
  const derived = new Map<KeyPurpose, KeyObject>();
  return {
    id: createHash("sha256").update("latchkey key id\0").update(secret).digest().subarray(0, 4),
    for(purpose) {
      let key = derived.get(purpose);
      if (key === undefined) {
        // A KeyObject made once: an HMAC with a raw key costs ten times one with a prepared key.
        key = createSecretKey(Buffer.from(hkdfSync("sha256", master, "", `latchkey ${purpose}`, 32)));
        derived.set(purpose, key);
      }
      return key;
    },
  };
}

/** Builds the ring from the configured secrets, newest first. The caller has checked their quality. */
export function createKeyRing(secrets: readonly string[]): KeyRing {
  const all = secrets.map(ringKey);
  const current = all[0];
  if (current === undefined) throw new TypeError("A key ring needs at least one secret key.");
  return { current, all, byId: (id) => all.find((key) => key.id.equals(id)) };
}

/** HMAC-SHA256 of a text with the ring's newest key for a purpose, as base64url. */
export function sign(ring: KeyRing, purpose: KeyPurpose, text: string): string {
  return createHmac("sha256", ring.current.for(purpose)).update(text).digest("base64url");
}

/**
 * Whether any key of the ring made this signature. Compares in constant time. `length`: how many base64url characters
 * of the signature were kept; all 43 by default.
 *
 * @see Row KY-06
 */
export function verifySignature(
  ring: KeyRing,
  purpose: KeyPurpose,
  text: string,
  signature: string,
  length = 43,
): boolean {
  const given = Buffer.from(signature, "utf8");
  let matches = false;
  for (const key of ring.all) {
    const whole = createHmac("sha256", key.for(purpose)).update(text).digest("base64url");
    const expected = Buffer.from(whole.slice(0, length), "utf8");
    if (given.length === expected.length && timingSafeEqual(given, expected)) matches = true;
  }
  return matches;
}
