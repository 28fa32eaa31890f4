import { pbkdf2, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** Checks passwords against hashes that another system made. They verify, and `needsRehash` then replaces them. */
export interface ForeignVerifier {
  name: string;
  /** Whether the text has this verifier's form; cheap, and true for no other verifier's texts. */
  recognizes(hash: string): boolean;
  /** False for malformed texts and for parameters out of bounds. */
  verify(hash: string, password: string): Promise<boolean>;
}

const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<string, string, number, object, Buffer>(scrypt);

// Stored parameters are bounded, so that a tampered row can neither fill the memory nor stall a thread for long.
const iterationsMaximum = 5_000_000;
const scryptMemoryMaximum = 256 * 1024 * 1024;

const digestLengths: Record<string, number> = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/** `pbkdf2:HASH:ITERATIONS$salt$hex`; the salt is used as its characters (Werkzeug before 3.0). */
const werkzeugPbkdf2: ForeignVerifier = {
  name: "werkzeug-pbkdf2",
  recognizes: (hash) => hash.startsWith("pbkdf2:"),
  async verify(hash, password) {
    const match =
      /^pbkdf2:(sha1|sha224|sha256|sha384|sha512):([1-9][0-9]{0,7})\$([^$]{1,128})\$([0-9a-f]{40,128})$/.exec(
        hash,
      );
    if (!match) return false;
    const [, digest, iterations, salt, hex] = match as unknown as [string, string, string, string, string];
    const length = digestLengths[digest]!;
    if (Number(iterations) > iterationsMaximum || hex.length !== 2 * length) return false;
    return equals(await derivePbkdf2(password, salt, Number(iterations), length, digest), hex);
  },
};

/** `scrypt:N:r:p$salt$hex`, 64 bytes; plain `scrypt` means 32768:8:1 (Werkzeug since 2.3). */
const werkzeugScrypt: ForeignVerifier = {
  name: "werkzeug-scrypt",
  recognizes: (hash) => hash.startsWith("scrypt:") || /^scrypt\$[^$]*\$[0-9a-f]{128}$/.test(hash),
  async verify(hash, password) {
    const match = /^scrypt(?::([0-9]{1,8}):([0-9]{1,3}):([0-9]{1,3}))?\$([^$]{1,128})\$([0-9a-f]{128})$/.exec(
      hash,
    );
    if (!match) return false;
    const [, n = "32768", r = "8", p = "1", salt, hex] = match;
    const [cost, blockSize, lanes] = [Number(n), Number(r), Number(p)];
    const powerOfTwo = cost > 1 && Number.isInteger(Math.log2(cost));
    if (!powerOfTwo || blockSize < 1 || lanes < 1) return false;
    if (128 * cost * blockSize * lanes > scryptMemoryMaximum) return false;
    // Node refuses exactly 128 * N * r, since the lanes and the working block need room too.
    const maxmem = 128 * blockSize * (cost + lanes + 2) + 65_536;
    return equals(
      await deriveScrypt(password, salt!, 64, { cost, blockSize, parallelization: lanes, maxmem }),
      hex!,
    );
  },
};

/** All verifiers for hashes of other systems, looked through in this order. */
export const foreignVerifiers: readonly ForeignVerifier[] = [werkzeugPbkdf2, werkzeugScrypt];

/** The verifier for a stored text, if there is one. */
export function findForeignVerifier(hash: string): ForeignVerifier | undefined {
  return foreignVerifiers.find((verifier) => verifier.recognizes(hash));
}

function equals(derived: Buffer, hex: string): boolean {
  const expected = Buffer.from(hex, "hex");
  return derived.length === expected.length && timingSafeEqual(derived, expected);
}
