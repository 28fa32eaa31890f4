export { choosePassword, type PasswordChoiceInput } from "./choose-password.ts";
export { forgotPassword, passwordResetJobs } from "./forgot-password.ts";
export { choosePasswordPage } from "./pages.ts";
export { passwordResetRoutes } from "./routes.ts";
