import {
  createMarkedValue,
  isMarkedValue,
  type KeyRing,
  markedEnding,
  sign,
  verifySignature,
} from "../../platform/crypto/index.ts";
import { addressBucket } from "../../platform/http/index.ts";

/*
 * The value that identifies an anonymous browser, in the shape of a session value and under the session cookie's
 * name. It costs no row, binds CSRF tokens and registrations to a browser, and gives no rights. The MAC distinguishes
 * an issued value from an invented or planted one.
 *
 * Its last bytes are its visit: the second of the first visit, and a mark of the client. A browser that opens two
 * pages at once gets two values and keeps one. The token of the other page is then bound to a lost value. It names its
 * visit, and the visit of the kept value shows that both began together.
 * Rows CK-05, CF-01, CF-07.
 */

const CLIENT_BYTES = 2;
const VISIT_BYTES = CLIENT_BYTES + 4;

/** A token is the visit, the binding to the value, and a seal over both. Together they have the length of a token. */
const VISIT_LENGTH = 8;
const BINDING_LENGTH = 17;
const SEAL_LENGTH = 18;

/** A slow connection may bring the second request this long after the first, before any cookie arrives. */
const TOGETHER_SECONDS = 30;

/** What an anonymous browser shows of itself. */
export interface Client {
  address: string;
  userAgent: string | null;
}

export function createPreSession(keys: KeyRing, now: number, { address, userAgent }: Client): string {
  const visit = Buffer.alloc(VISIT_BYTES);
  const client = sign(keys, "csrf-visit", JSON.stringify([addressBucket(address), userAgent]));
  Buffer.from(client, "base64url").copy(visit, 0, 0, CLIENT_BYTES);
  visit.writeUInt32BE(Math.floor(now / 1000) >>> 0, CLIENT_BYTES);
  return createMarkedValue(keys, "pre-session", visit);
}

/** The value if this installation issued it, else null. */
export function readPreSession(keys: KeyRing, value: string | null): string | null {
  return value !== null && isMarkedValue(keys, "pre-session", value) ? value : null;
}

const visitOf = (preSession: string): Buffer => markedEnding(preSession, VISIT_BYTES);

/** The CSRF token of an anonymous browser. */
export function anonymousToken(keys: KeyRing, preSession: string): string {
  const bound =
    visitOf(preSession).toString("base64url") + sign(keys, "csrf", preSession).slice(0, BINDING_LENGTH);
  return bound + sign(keys, "csrf-visit", bound).slice(0, SEAL_LENGTH);
}

/**
 * Whether the token is this browser's. With `ownPage` the browser's headers prove that a page of this origin
 * sent it. Then the token of another first visit counts too, if both began together.
 */
// Row CF-01.
export function isAnonymousToken(
  keys: KeyRing,
  preSession: string,
  token: string,
  { ownPage }: { ownPage: boolean },
): boolean {
  const visit = token.slice(0, VISIT_LENGTH);
  const binding = token.slice(VISIT_LENGTH, VISIT_LENGTH + BINDING_LENGTH);
  const seal = token.slice(VISIT_LENGTH + BINDING_LENGTH);
  if (!verifySignature(keys, "csrf-visit", visit + binding, seal, SEAL_LENGTH)) return false;
  if (verifySignature(keys, "csrf", preSession, binding, BINDING_LENGTH)) return true;
  return ownPage && beganTogether(Buffer.from(visit, "base64url"), visitOf(preSession));
}

function beganTogether(one: Buffer, other: Buffer): boolean {
  if (!one.subarray(0, CLIENT_BYTES).equals(other.subarray(0, CLIENT_BYTES))) return false;
  const apart = one.readUInt32BE(CLIENT_BYTES) - other.readUInt32BE(CLIENT_BYTES);
  return Math.abs(apart) <= TOGETHER_SECONDS;
}
