import { pbkdf2, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** Checks passwords against hashes from another system. After a good sign-in `needsRehash` has them replaced. */
export interface ForeignVerifier {
  name: string;
  /** Whether the text has this verifier's form. Cheap, and true for no other verifier's texts. */
  recognizes(hash: string): boolean;
  /** False for malformed texts and for parameters out of bounds. */
  verify(hash: string, password: string): Promise<boolean>;
  /**
   * The cost of a check, in argon2's KiB times passes. Measured on one machine: elsewhere it may be off by half. 0 for
   * texts that are refused without work.
   */
  work(hash: string): number;
}

const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<string, string, number, object, Buffer>(scrypt);

// Stored parameters are bounded, so that a tampered row can neither fill the memory nor stall a thread for long.
const iterationsMaximum = 5_000_000;
const scryptMemoryMaximum = 256 * 1024 * 1024;

const digestLengths: Record<string, number> = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/** The cost of an iteration on processors with instructions for SHA-1 and SHA-256. */
const workOfIteration: Record<string, number> = {
  sha1: 1.25,
  sha224: 0.65,
  sha256: 0.65,
  sha384: 1.9,
  sha512: 1.9,
};

function parsePbkdf2(hash: string) {
  const match =
    /^pbkdf2:(sha1|sha224|sha256|sha384|sha512):([1-9][0-9]{0,7})\$([^$]{1,128})\$([0-9a-f]{40,128})$/.exec(
      hash,
    );
  if (!match) return undefined;
  const [, digest, typed, salt, hex] = match as unknown as [string, string, string, string, string];
  const length = digestLengths[digest]!;
  const iterations = Number(typed);
  if (iterations > iterationsMaximum || hex.length !== 2 * length) return undefined;
  return { digest, iterations, salt, hex, length };
}

/** `pbkdf2:HASH:ITERATIONS$salt$hex`; the salt is used as its characters (Werkzeug before 3.0). */
const werkzeugPbkdf2: ForeignVerifier = {
  name: "werkzeug-pbkdf2",
  recognizes: (hash) => hash.startsWith("pbkdf2:"),
  async verify(hash, password) {
    const stored = parsePbkdf2(hash);
    if (stored === undefined) return false;
    const { salt, iterations, length, digest, hex } = stored;
    return equals(await derivePbkdf2(password, salt, iterations, length, digest), hex);
  },
  work(hash) {
    const stored = parsePbkdf2(hash);
    return stored === undefined ? 0 : stored.iterations * workOfIteration[stored.digest]!;
  },
};

/** The cost of a KiB of memory. */
const workOfScryptKiB = 9;

function parseScrypt(hash: string) {
  const match = /^scrypt(?::([0-9]{1,8}):([0-9]{1,3}):([0-9]{1,3}))?\$([^$]{1,128})\$([0-9a-f]{128})$/.exec(
    hash,
  );
  if (!match) return undefined;
  const [, n = "32768", r = "8", p = "1", salt, hex] = match;
  const [cost, blockSize, lanes] = [Number(n), Number(r), Number(p)];
  const powerOfTwo = cost > 1 && Number.isInteger(Math.log2(cost));
  const memory = 128 * cost * blockSize * lanes;
  if (!powerOfTwo || blockSize < 1 || lanes < 1 || memory > scryptMemoryMaximum) return undefined;
  return { cost, blockSize, lanes, memory, salt: salt!, hex: hex! };
}

/** `scrypt:N:r:p$salt$hex`, 64 bytes; plain `scrypt` means 32768:8:1 (Werkzeug since 2.3). */
const werkzeugScrypt: ForeignVerifier = {
  name: "werkzeug-scrypt",
  recognizes: (hash) => hash.startsWith("scrypt:") || /^scrypt\$[^$]*\$[0-9a-f]{128}$/.test(hash),
  async verify(hash, password) {
    const stored = parseScrypt(hash);
    if (stored === undefined) return false;
    const { cost, blockSize, lanes, salt, hex } = stored;
    // Node refuses exactly 128 * N * r, since the lanes and the working block need room too.
    const maxmem = 128 * blockSize * (cost + lanes + 2) + 65_536;
    return equals(
      await deriveScrypt(password, salt, 64, { cost, blockSize, parallelization: lanes, maxmem }),
      hex,
    );
  },
  work(hash) {
    const stored = parseScrypt(hash);
    return stored === undefined ? 0 : (stored.memory / 1024) * workOfScryptKiB;
  },
};

/** All verifiers for hashes of other systems. The first match in this order counts. */
export const foreignVerifiers: readonly ForeignVerifier[] = [werkzeugPbkdf2, werkzeugScrypt];

/** The verifier for a stored text, or undefined. */
export function findForeignVerifier(hash: string): ForeignVerifier | undefined {
  return foreignVerifiers.find((verifier) => verifier.recognizes(hash));
}

function equals(derived: Buffer, hex: string): boolean {
  const expected = Buffer.from(hex, "hex");
  return derived.length === expected.length && timingSafeEqual(derived, expected);
}
