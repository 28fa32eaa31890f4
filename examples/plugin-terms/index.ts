export { acmeTerms, type TermsOptions } from "./feature.ts";
export type { Acceptance } from "./terms.ts";
