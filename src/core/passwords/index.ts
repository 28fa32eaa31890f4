export { type HashBackend, type HashParameters, hashBackend } from "./argon2.ts";
export { isCommonPassword } from "./common-passwords.ts";
export { type ForeignVerifier, foreignVerifiers } from "./foreign-verifiers.ts";
export {
  createHashAdmission,
  type HashAdmission,
  type HashAdmissionOptions,
  type HashAdmissionStats,
  HashOverloaded,
  type HashPriority,
} from "./hash-admission.ts";
export {
  defaultHashParameters,
  dummyHash,
  hashPassword,
  isUnusableHash,
  needsRehash,
  type Pepper,
  pepperFrom,
  pepperOf,
  unusableHash,
  verifyPassword,
} from "./password-hash.ts";
export {
  checkPassword,
  minimumFor,
  normalizePassword,
  type PasswordContext,
  type PasswordProblem,
  type PasswordProblemCode,
  type PasswordProfile,
  passwordBoundsProblem,
  passwordMaximum,
  passwordMaximumBytes,
  passwordMinimum,
  passwordMinimumNist,
} from "./password-policy.ts";
export { createPasswordService, type PasswordService } from "./password-service.ts";
