import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { HashParameters } from "../settings.ts";
import { argon2id } from "./argon2.ts";
import { findForeignVerifier } from "./foreign-verifiers.ts";
import { areParametersWithinLimits, formatHash, isKeyId, parseHash } from "./hash-text.ts";
import { normalizePassword, passwordBoundsProblem } from "./password-policy.ts";

/** 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet, ASVS 11.4.2. */
export const defaultHashParameters: HashParameters = Object.freeze({
  memoryKiB: 19_456,
  passes: 2,
  parallelism: 1,
});

const saltLength = 16;
const tagLength = 32;

/** A secret key outside the database. Without it, stolen hashes can't be tried (NIST SP 800-63B-4, 3.1.1.2). */
export interface Pepper {
  /** 1 to 32 letters, digits, dots or hyphens. The hash stores it, so that a rotation still finds old keys. */
  keyId: string;
  /** At least 16 random bytes. */
  key: Buffer;
}

/** A pepper from a configured secret. Its key, and the id that names it in hashes, are derived from that secret. */
export function pepperFrom(secret: string): Pepper {
  const key = createHash("sha256").update("latchkey pepper\0").update(secret).digest();
  const keyId = createHash("sha256").update("latchkey pepper id\0").update(secret).digest("hex").slice(0, 8);
  return { keyId, key };
}

/** Stored for an account whose password is switched off. It never verifies; use `dummyHash` for equal work. */
export const unusableHash = "!";

/** The hash before the password was switched off. A password that can't be used any more must not be chosen again. */
export function hashBefore(hash: string): string {
  return hash.startsWith(unusableHash) ? hash.slice(unusableHash.length) : hash;
}

/** Whether a stored text means "no password": empty or beginning with `!`. */
export function isUnusableHash(hash: string): boolean {
  return hash === "" || hash.startsWith("!");
}

/**
 * Hashes a password with argon2id, a 16-byte random salt and a 32-byte tag, after NFC.
 *
 * Returns `$argon2id$v=19$m=…,t=…,p=…$salt$tag`; with a pepper the parameters also carry `,keyid=<id>`. Throws
 * `RangeError` for a password outside `passwordBoundsProblem`, parameters out of bounds or an unfit pepper. These are
 * mistakes of the caller, which checks passwords first.
 *
 * @example
 * const hash = await hashPassword("a quiet teapot in the rain");
 */
export async function hashPassword(
  password: string,
  parameters: HashParameters = defaultHashParameters,
  pepper?: Pepper,
): Promise<string> {
  if (passwordBoundsProblem(password))
    throw new RangeError("The password is outside the bounds for hashing.");
  if (!areParametersWithinLimits(parameters)) throw new RangeError("The hash parameters are out of bounds.");
  if (pepper && (!isKeyId(pepper.keyId) || pepper.key.length < 16)) {
    throw new RangeError(
      "A pepper needs a key id of letters, digits, dots or hyphens and at least 16 bytes.",
    );
  }
  const salt = randomBytes(saltLength);
  const secret = pepper && { secret: pepper.key };
  const tag = await argon2id({
    password: normalizePassword(password),
    salt,
    parameters,
    tagLength,
    ...secret,
  });
  return formatHash({ parameters, salt, tag, ...(pepper && { keyId: pepper.keyId }) });
}

/**
 * Whether a password belongs to a stored hash: our own, or one of `foreignVerifiers`. Compares in constant time.
 *
 * Returns false for malformed and unusable hashes, for passwords out of bounds, and for parameters that would exhaust
 * the machine. A pepper that isn't in `peppers` returns false too; `pepperOf` names it. Only a failure of the machine
 * rejects, such as too little memory: it must not look like a wrong password.
 *
 * @example
 * if (await verifyPassword(hash, "a quiet teapot in the rain")) console.log("right");
 */
export async function verifyPassword(
  hash: string,
  password: string,
  peppers?: ReadonlyMap<string, Buffer>,
): Promise<boolean> {
  if (isUnusableHash(hash) || passwordBoundsProblem(password)) return false;
  const stored = parseHash(hash);
  if (!stored) return verifyForeign(hash, password);
  const secret = stored.keyId === undefined ? undefined : peppers?.get(stored.keyId);
  if (stored.keyId !== undefined && !secret) return false;
  const tag = await argon2id({
    password: normalizePassword(password),
    salt: stored.salt,
    parameters: stored.parameters,
    tagLength: stored.tag.length,
    ...(secret && { secret }),
  });
  return timingSafeEqual(tag, stored.tag);
}

/**
 * Whether a hash should be replaced at the next good sign-in. Only argon2id with exactly these parameters, this pepper
 * and our lengths of salt and tag stays. Higher parameters are replaced too: all accounts should cost the same.
 */
export function needsRehash(hash: string, parameters: HashParameters, pepperKeyId?: string): boolean {
  if (isUnusableHash(hash)) return false;
  const stored = parseHash(hash);
  if (!stored) return true;
  return (
    stored.parameters.memoryKiB !== parameters.memoryKiB ||
    stored.parameters.passes !== parameters.passes ||
    stored.parameters.parallelism !== parameters.parallelism ||
    stored.keyId !== pepperKeyId ||
    stored.salt.length !== saltLength ||
    stored.tag.length !== tagLength
  );
}

/** The key id of the pepper in a stored hash. It distinguishes "wrong password" from "key not configured". */
export function pepperOf(hash: string): string | undefined {
  return parseHash(hash)?.keyId;
}

const dummies = new Map<string, Promise<string>>();

/**
 * A valid hash of an unknown random password, made once for each set of parameters. Without an account or a usable
 * hash, verifying against it costs as much as a real check.
 */
export function dummyHash(parameters: HashParameters = defaultHashParameters): Promise<string> {
  const key = `${parameters.memoryKiB},${parameters.passes},${parameters.parallelism}`;
  const known = dummies.get(key);
  if (known) return known;
  const made = hashPassword(randomBytes(32).toString("base64url"), parameters);
  dummies.set(key, made);
  made.catch(() => dummies.delete(key));
  return made;
}

// Other systems hashed the typed text, which is mostly NFC. If it isn't, the composed form gets a try too.
async function verifyForeign(hash: string, password: string): Promise<boolean> {
  const verifier = findForeignVerifier(hash);
  if (!verifier) return false;
  if (await verifier.verify(hash, password)) return true;
  const composed = normalizePassword(password);
  return composed !== password && verifier.verify(hash, composed);
}
