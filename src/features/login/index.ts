export { type LoginInput, type LoginResult, login } from "./login.ts";
export { loginRoutes } from "./routes.ts";
