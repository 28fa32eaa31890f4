export { loginFeature } from "./feature.ts";
export type { LoginInput } from "./login.ts";
export { proveByPassword } from "./password-prover.ts";
