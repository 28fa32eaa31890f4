export type { PasswordChangeInput } from "./change-password.ts";
export { accountFeature } from "./feature.ts";
