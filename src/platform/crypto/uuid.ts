import { randomBytes } from "node:crypto";

let lastTime = 0;
let counter = 0;

/**
 * A UUID of version 7 (RFC 9562, method 1 of section 6.2). It sorts by creation time, also within one millisecond of
 * one process. An identifier, never a secret.
 *
 * @example
 * const id = uuidv7(auth.clock.now());
 */
export function uuidv7(now: number): string {
  if (now > lastTime) {
    lastTime = now;
    counter = 0;
  } else if (counter === 0xfff) {
    lastTime += 1;
    counter = 0;
  } else {
    counter += 1;
  }
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastTime, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
