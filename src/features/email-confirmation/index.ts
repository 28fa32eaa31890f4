export type { ConfirmationInput } from "./confirm-email.ts";
export { type ConfirmationOutcome, emailConfirmation } from "./feature.ts";
export { mailConfirmationAgain } from "./resend-confirmation.ts";
