import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { KeyPurpose, KeyRing } from "./key-ring.ts";

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + 4 + NONCE_BYTES;

/**
 * Encrypts and authenticates with AES-256-GCM under the ring's newest key. Layout: version, key id (4 bytes), nonce
 * (12, random), ciphertext, tag (16). The purpose is authenticated too.
 *
 * @see ASVS 11.3, row KY-05
 */
export function seal(ring: KeyRing, purpose: KeyPurpose, plaintext: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", ring.current.for(purpose), nonce);
  cipher.setAAD(Buffer.from(purpose));
  const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), ring.current.id, nonce, ciphertext, cipher.getAuthTag()]);
}

/** Opens what `seal` made for the same purpose. Null for anything else, whatever the reason. */
export function open(ring: KeyRing, purpose: KeyPurpose, sealed: Uint8Array): string | null {
  const bytes = Buffer.from(sealed);
  if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION) return null;
  const key = ring.byId(bytes.subarray(1, 5));
  if (key === undefined) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.for(purpose), bytes.subarray(5, HEADER_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plaintext = decipher.update(bytes.subarray(HEADER_BYTES, -TAG_BYTES));
    return Buffer.concat([plaintext, decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
