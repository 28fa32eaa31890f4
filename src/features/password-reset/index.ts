export { type AskedBy, forgotPassword, mailPasswordLink, passwordResetErrands } from "./forgot-password.ts";
export { choosePasswordPage } from "./pages.ts";
export { choosePassword, type PasswordChoiceInput } from "./password-reset.ts";
export { passwordResetRoutes } from "./routes.ts";
