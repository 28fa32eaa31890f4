export { changePassword, type PasswordChangeInput } from "./change-password.ts";
export { accountRoutes } from "./routes.ts";
