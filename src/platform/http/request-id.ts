import { randomBytes } from "node:crypto";

const ACCEPTABLE = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * The id that ties a response to its log lines. The incoming id is kept if it has 8 to 64 characters of the base64url
 * alphabet. So it can't break a log line or a header. Otherwise it is 16 random bytes in base64url.
 */
export function requestId(incoming: string | null): string {
  if (incoming !== null && ACCEPTABLE.test(incoming)) return incoming;
  return randomBytes(16).toString("base64url");
}
