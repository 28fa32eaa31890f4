import { type FieldProblem, fieldError } from "../../platform/errors/index.ts";
import type { HashParameters, PasswordProfile } from "../settings.ts";
import type { BreachedPasswordCheck } from "./breached-passwords.ts";
import { missingWork } from "./equal-work.ts";
import type { HashAdmission } from "./hash-admission.ts";
import {
  dummyHash,
  hashPassword,
  isUnusableHash,
  needsRehash,
  type Pepper,
  pepperOf,
  verifyPassword,
} from "./password-hash.ts";
import { checkPassword, minimumFor, passwordBoundsProblem } from "./password-policy.ts";

/** Passwords as the features use them: the policy judges them, and the bound on parallel work covers every hash. */
export interface PasswordService {
  /** The smallest number of code points, for the hint beside the field. */
  readonly minimum: number;
  /** The problem of a password that a user wants to set, or null. Makes no request to other services. */
  problem(
    password: string,
    identifiers: readonly (string | null | undefined)[],
  ): Promise<FieldProblem | null>;
  /**
   * Refuses a password that appeared in a data breach, if the installation checks that. Throws `invalid_input`
   * (`breached_password`), or `unavailable` if the service is down and the installation demands its answer.
   *
   * Call it after `problem`. It asks over the network, so keep it out of transactions and away from anything that
   * depends on an account.
   */
  refuseBreached(password: string): Promise<void>;
  /** Both checks as refusals. Throws `invalid_input` with the problem of the field `password`, or `unavailable`. */
  assertAcceptable(password: string, identifiers: readonly (string | null | undefined)[]): Promise<void>;
  /**
   * Throws `overloaded` if a hash would be refused at once. Ask before counting an attempt: a flood then costs no
   * writes. `owner`: the user id, for a device that signed in to the account before. `isLast`: as for `verify`.
   */
  refuseWhenBusy(owner?: string | undefined, isLast?: boolean): void;
  /** The reason why a typed password can't be right, so that it needn't be hashed; else null. */
  boundsProblem(password: string): FieldProblem | null;
  /** `owner`: the user id, if the user has proven to own the account. Owners go before unknown devices. */
  hash(password: string, owner?: string): Promise<string>;
  /**
   * Whether the hash belongs to the password. With null (no account, no password) it verifies a dummy hash of today's
   * cost and returns false. So every refusal costs equal work. A wrong password for a cheaper hash costs as much as one
   * for a hash of today.
   *
   * `owner`: the user id, for a device that signed in to the account before. It goes before unknown devices. `isLast`:
   * the account signs in all the time, so everything else goes first.
   *
   * @see Row TH-02
   */
  verify(
    hash: string | null,
    password: string,
    owner?: string | undefined,
    isLast?: boolean,
  ): Promise<boolean>;
  /** Whether a hash would begin at once. For work that can wait. */
  isIdle(): boolean;
  /**
   * Whether the next good sign-in should hash the password again with today's parameters.
   *
   * @see Row PW-15
   */
  isOutdated(hash: string): boolean;
}

interface ServiceOptions {
  profile: PasswordProfile;
  parameters: HashParameters;
  /** Newest first. The first goes into new hashes; all verify. Empty: no pepper. */
  peppers: readonly Pepper[];
  siteName: string;
  admission: HashAdmission;
  /** Undefined: breaches aren't checked. */
  breached: BreachedPasswordCheck | undefined;
}

export function createPasswordService(options: ServiceOptions): PasswordService {
  const { profile, parameters, peppers, siteName, admission, breached } = options;
  const pepper = peppers[0];
  const keys = new Map(peppers.map(({ keyId, key }) => [keyId, key]));

  /** Whether its pepper was removed. Nothing verifies then, at the cost of a wrong password. */
  function lacksPepper(hash: string): boolean {
    const keyId = pepperOf(hash);
    return keyId !== undefined && !keys.has(keyId);
  }

  /** A wrong password always costs the same, also for a cheaper hash from earlier times. */
  async function verifyInFull(hash: string, password: string): Promise<boolean> {
    if (await verifyPassword(hash, password, keys)) return true;
    const missing = missingWork(hash, parameters);
    if (missing !== null) await hashPassword(password, missing);
    return false;
  }

  async function problemOf(
    password: string,
    identifiers: readonly (string | null | undefined)[],
  ): Promise<FieldProblem | null> {
    const known = identifiers.filter((text) => typeof text === "string");
    const verdict = await checkPassword(password, { profile, identifiers: known, siteName });
    if (verdict.ok) return null;
    const { ok: _, ...problem } = verdict;
    return problem;
  }

  async function refuseBreached(password: string): Promise<void> {
    if (await breached?.(password)) throw fieldError("password", "breached_password");
  }

  return {
    minimum: minimumFor(profile),
    problem: problemOf,
    refuseBreached,
    async assertAcceptable(password, identifiers) {
      const problem = await problemOf(password, identifiers);
      if (problem !== null) throw fieldError("password", problem);
      await refuseBreached(password);
    },
    refuseWhenBusy: (owner, isLast) => admission.refuseWhenFull(owner, isLast),
    boundsProblem: (password) => passwordBoundsProblem(password) ?? null,
    hash: (password, owner) => admission.run(() => hashPassword(password, parameters, pepper), owner),
    async verify(hash, password, owner, isLast) {
      const usable = hash !== null && !isUnusableHash(hash) && !lacksPepper(hash);
      // Before the queue: the first refusal must not cost two hashes there.
      const compared = usable ? hash : await dummyHash(parameters);
      const matches = await admission.run(() => verifyInFull(compared, password), owner, isLast);
      return usable && matches;
    },
    isIdle: () => {
      const { running, waiting, concurrency } = admission.stats();
      return waiting === 0 && running < concurrency;
    },
    isOutdated: (hash) => needsRehash(hash, parameters, pepper?.keyId),
  };
}
