export {
  type ConfirmationInput,
  type ConfirmationResult,
  confirmEmail,
  resendConfirmation,
} from "./email-confirmation.ts";
export { emailConfirmationRoutes } from "./routes.ts";
