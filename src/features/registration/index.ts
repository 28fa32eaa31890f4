export { confirmationMail } from "./mail.ts";
export { confirmationSentPage } from "./pages.ts";
export {
  deleteExpiredRegistrations,
  deletePendingRegistrations,
  findPendingRegistration,
  newestPendingRegistration,
  type PendingRegistrationRow,
} from "./queries.ts";
export { type RegistrationInput, register, takenBy } from "./registration.ts";
export { registrationRoutes } from "./routes.ts";
