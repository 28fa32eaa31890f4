export { type ConfirmationInput, confirmEmail } from "./confirm-email.ts";
export {
  emailConfirmationErrands,
  mailConfirmationAgain,
  resendConfirmation,
} from "./resend-confirmation.ts";
export { emailConfirmationRoutes } from "./routes.ts";
