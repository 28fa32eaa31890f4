export { type RegistrationOutcome, registration } from "./feature.ts";
export { confirmationMail } from "./mail.ts";
export { confirmationSentPage } from "./pages.ts";
export {
  deletePendingRegistrations,
  findPendingRegistration,
  newestPendingRegistration,
  type PendingRegistrationRow,
} from "./queries.ts";
export { type RegistrationInput, takenBy } from "./registration.ts";
export { mayRegister, type RegistrationMode } from "./settings.ts";
