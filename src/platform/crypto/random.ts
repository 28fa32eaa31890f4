import { randomBytes } from "node:crypto";

/**
 * A new secret: 256 bits from the system's CSPRNG as 43 base64url characters. For sessions and one-time tokens.
 *
 * @see ASVS 7.2.3, 11.5.1, row CK-04
 */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of a 256-bit token. Anything else is refused before any look-up. */
export function looksLikeToken(value: string): boolean {
  return value.length === 43 && tokenShape.test(value);
}
