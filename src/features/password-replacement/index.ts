export { type PasswordReplacementInput, passwordReplacement } from "./feature.ts";
