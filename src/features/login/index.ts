export { type LoginInput, login } from "./login.ts";
export { loginRoutes } from "./routes.ts";
