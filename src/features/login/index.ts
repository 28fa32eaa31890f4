export { demandPasswordChoice, type LoginInput, login } from "./login.ts";
export { loginRoutes, passwordChangeDemanded } from "./routes.ts";
