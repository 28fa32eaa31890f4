export { type ConfirmationInput, confirmEmail } from "./email-confirmation.ts";
export {
  emailConfirmationErrands,
  mailConfirmationAgain,
  resendConfirmation,
} from "./resend-confirmation.ts";
export { emailConfirmationRoutes } from "./routes.ts";
