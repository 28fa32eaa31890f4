export { type HashParameters, hashBackend } from "./argon2.ts";

export { createHashAdmission, type HashAdmission } from "./hash-admission.ts";
export {
  defaultHashParameters,
  hashPassword,
  type Pepper,
  pepperFrom,
  unusableHash,
  verifyPassword,
} from "./password-hash.ts";
export {
  minimumFor,
  type PasswordProfile,
  passwordMaximum,
} from "./password-policy.ts";
export { createPasswordService, type PasswordService } from "./password-service.ts";
