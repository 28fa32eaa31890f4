export { type ConfirmationInput, confirmEmail } from "./confirm-email.ts";
export {
  emailConfirmationJobs,
  mailConfirmationAgain,
  resendConfirmation,
} from "./resend-confirmation.ts";
export { emailConfirmationRoutes } from "./routes.ts";
