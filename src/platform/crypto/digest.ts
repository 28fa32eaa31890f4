import { hash } from "node:crypto";

/**
 * SHA-256 of a text. A token of 256 random bits needs no slow hash and no key: nobody can guess it (row KY-03).
 * The text itself is digested, not its decoded bytes, so a token has exactly one spelling (row KY-06).
 */
export function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
