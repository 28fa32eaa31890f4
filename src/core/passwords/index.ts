export type { HashParameters, PasswordProfile } from "../settings.ts";
export { hashBackend } from "./argon2.ts";
export { createBreachedPasswordCheck } from "./breached-passwords.ts";
export { type Calibration, calibrate, type HashCost, measureHashing } from "./calibration.ts";
export { createHashAdmission, type HashAdmission } from "./hash-admission.ts";
export { areParametersWithinLimits } from "./hash-text.ts";
export {
  defaultHashParameters,
  hashBefore,
  hashPassword,
  isUnusableHash,
  type Pepper,
  pepperFrom,
  verifyPassword,
} from "./password-hash.ts";
export {
  minimumFor,
  passwordMaximum,
} from "./password-policy.ts";
export { createPasswordService, type PasswordService } from "./password-service.ts";
