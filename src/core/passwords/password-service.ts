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

/** Passwords as the features use them: judged by the policy, hashed and verified under the bound on parallel work. */
export interface PasswordService {
  /** The least number of code points, for the hint beside the field. */
  readonly minimum: number;
  /** What is wrong with a password somebody wants to set; null when nothing is. Asks nobody outside. */
  problem(
    password: string,
    identifiers: readonly (string | null | undefined)[],
  ): Promise<FieldProblem | null>;
  /**
   * Refuses a password that appeared in a data breach, if the installation checks that: throws `invalid_input`
   * (`breached_password`), or `unavailable` where the service is down and the installation wants its word. Comes after
   * `problem`, asks over the network, and belongs neither in a transaction nor behind anything that depends on an account.
   */
  refuseBreached(password: string): Promise<void>;
  /** Both as refusals: throws `invalid_input` with the problem of the field `password`, or `unavailable`. */
  assertAcceptable(password: string, identifiers: readonly (string | null | undefined)[]): Promise<void>;
  /**
   * Throws `overloaded` where a hash would be refused at once. Ask before an attempt is counted: a flood then costs no
   * writes. `owner`: the user id for devices that signed in to the account before.
   */
  refuseWhenBusy(owner?: string | undefined): void;
  /** What makes a presented password impossible, so that it needn't be hashed. */
  boundsProblem(password: string): FieldProblem | null;
  /** `owner`: the user id for whoever has proven to be its owner, who goes before strangers. */
  hash(password: string, owner?: string): Promise<string>;
  /**
   * Whether the password is the one behind the hash. With null (no account, no password) a dummy hash of today's
   * cost is verified and the answer is no: equal work for every reason to refuse (row TH-02). A wrong password for a hash of
   * a lower cost than today's is made to cost as much. `owner`: the user id for devices that signed in to the account before,
   * which go before strangers.
   */
  verify(hash: string | null, password: string, owner?: string | undefined): Promise<boolean>;
  /** Whether a hash would begin at once: for work that can wait until another time. */
  isIdle(): boolean;
  /** Whether a hash should be made anew with today's parameters at the next good sign-in (row PW-15). */
  isOutdated(hash: string): boolean;
}

interface ServiceOptions {
  profile: PasswordProfile;
  parameters: HashParameters;
  /** Newest first: the first goes into new hashes, all verify. Empty: no pepper. */
  peppers: readonly Pepper[];
  siteName: string;
  admission: HashAdmission;
  /** Undefined: not checked. */
  breached: BreachedPasswordCheck | undefined;
}

export function createPasswordService(options: ServiceOptions): PasswordService {
  const { profile, parameters, peppers, siteName, admission, breached } = options;
  const pepper = peppers[0];
  const keys = new Map(peppers.map(({ keyId, key }) => [keyId, key]));

  /** Its pepper was removed, so nothing verifies; it costs what a wrong password costs. */
  function lacksPepper(hash: string): boolean {
    const keyId = pepperOf(hash);
    return keyId !== undefined && !keys.has(keyId);
  }

  /** A wrong password costs as much as any other, however little a hash of former times costs to check. */
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
    refuseWhenBusy: (owner) => admission.refuseWhenFull(owner),
    boundsProblem: (password) => passwordBoundsProblem(password) ?? null,
    hash: (password, owner) => admission.run(() => hashPassword(password, parameters, pepper), owner),
    async verify(hash, password, owner) {
      const usable = hash !== null && !isUnusableHash(hash) && !lacksPepper(hash);
      // Made before the queue: the first refusal must not cost two hashes.
      const compared = usable ? hash : await dummyHash(parameters);
      const matches = await admission.run(() => verifyInFull(compared, password), owner);
      return usable && matches;
    },
    isIdle: () => {
      const { running, waiting, concurrency } = admission.stats();
      return waiting === 0 && running < concurrency;
    },
    isOutdated: (hash) => needsRehash(hash, parameters, pepper?.keyId),
  };
}
