export { logout } from "./logout.ts";
export { logoutRoutes } from "./routes.ts";
