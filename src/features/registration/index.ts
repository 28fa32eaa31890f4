export { type RegistrationOutcome, registration } from "./feature.ts";
export { mailConfirmation } from "./mail.ts";
export { confirmationSentPage } from "./pages.ts";
export {
  deletePendingRegistrations,
  findPendingRegistration,
  newestPendingRegistration,
  type PendingRegistrationRow,
} from "./queries.ts";
export { type RegistrationInput, taken, takenBy } from "./registration.ts";
export { mayRegister, type RegistrationMode } from "./settings.ts";
