import { randomToken } from "../platform/crypto/index.ts";
import type { CommandResult } from "./command.ts";

/** `keys generate`: 256 bits from the system's generator as base64url. Needs no environment. */
// Row KY-01.
export function generateKey(): CommandResult {
  const key = randomToken();
  return { text: key, json: { key } };
}
