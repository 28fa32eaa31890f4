import { createMarkedValue, isMarkedValue, type KeyRing } from "../../platform/crypto/index.ts";

/*
 * The value that identifies an anonymous browser: 128 random bits and a MAC. It has the form of a session value and the
 * session cookie's name. It costs no row, binds CSRF tokens and registrations to a browser, and gives no rights. The
 * MAC distinguishes an issued value from an invented or planted one. Rows CK-05, CF-07.
 */

export const createPreSession = (keys: KeyRing): string => createMarkedValue(keys, "pre-session");

/** The value if this installation issued it, else null. */
export function readPreSession(keys: KeyRing, value: string | null): string | null {
  return value !== null && isMarkedValue(keys, "pre-session", value) ? value : null;
}
