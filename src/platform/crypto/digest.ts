import { hash } from "node:crypto";

/**
 * SHA-256 of a text. A token of 256 random bits can't be guessed, so it needs no slow hash and no key. The text
 * itself is digested, not its decoded bytes, so a token has exactly one spelling.
 *
 * @see Rows KY-03, KY-06
 */
export function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
