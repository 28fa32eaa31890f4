import type { HashParameters } from "../settings.ts";

/** The parts of a stored argon2id hash. */
export interface StoredHash {
  parameters: HashParameters;
  /** The pepper in it, if any. */
  keyId?: string;
  salt: Buffer;
  tag: Buffer;
}

// A stored hash names its own cost, so a tampered row could ask for all memory. These bounds are far above every
// default in use (Django: 100 MiB, 2 passes) and still affordable.
const memoryMaximumKiB = 262_144;
const workMaximumKiB = 1_048_576;

const pattern =
  /^\$argon2id\$v=19\$m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,9}),p=([1-9][0-9]{0,2})(?:,keyid=([A-Za-z0-9.-]{1,32}))?\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** The valid names of peppers: those that fit into the text of a hash. */
export function isKeyId(text: string): boolean {
  return /^[A-Za-z0-9.-]{1,32}$/.test(text);
}

/** Whether parameters are valid for argon2 and within what the server may spend on one hash. */
export function areParametersWithinLimits({ memoryKiB, passes, parallelism }: HashParameters): boolean {
  if (![memoryKiB, passes, parallelism].every((value) => Number.isInteger(value) && value >= 1)) return false;
  if (parallelism > 16 || passes > 64) return false;
  return (
    memoryKiB >= 8 * parallelism && memoryKiB <= memoryMaximumKiB && memoryKiB * passes <= workMaximumKiB
  );
}

/**
 * Reads `$argon2id$v=19$m=…,t=…,p=…[,keyid=…]$salt$tag` (the PHC string format). Undefined for every other text and
 * for parameters out of bounds.
 */
export function parseHash(text: string): StoredHash | undefined {
  const match = text.length <= 512 ? pattern.exec(text) : null;
  if (!match) return undefined;
  const parameters = { memoryKiB: Number(match[1]), passes: Number(match[2]), parallelism: Number(match[3]) };
  if (!areParametersWithinLimits(parameters)) return undefined;
  const keyId = match[4];
  const parts = { salt: Buffer.from(match[5]!, "base64"), tag: Buffer.from(match[6]!, "base64") };
  const stored = { parameters, ...parts, ...(keyId !== undefined && { keyId }) };
  // Base64 has spare bits and impossible lengths. Only the spelling that `formatHash` writes is accepted.
  return formatHash(stored) === text ? stored : undefined;
}

/** Writes what `parseHash` reads. */
export function formatHash({ parameters, keyId, salt, tag }: StoredHash): string {
  const cost = `m=${parameters.memoryKiB},t=${parameters.passes},p=${parameters.parallelism}`;
  const key = keyId === undefined ? "" : `,keyid=${keyId}`;
  return `$argon2id$v=19$${cost}${key}$${unpadded(salt)}$${unpadded(tag)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
