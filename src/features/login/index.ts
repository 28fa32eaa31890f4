export { loginFeature } from "./feature.ts";
export { proveByPassword } from "./password-prover.ts";
