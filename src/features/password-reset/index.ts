export { choosePassword, type PasswordChoiceInput } from "./choose-password.ts";
export { forgotPassword, passwordResetErrands } from "./forgot-password.ts";
export { choosePasswordPage } from "./pages.ts";
export { passwordResetRoutes } from "./routes.ts";
