export {
  type ConfirmationInput,
  confirmEmail,
  resendConfirmation,
} from "./email-confirmation.ts";
export { emailConfirmationRoutes } from "./routes.ts";
