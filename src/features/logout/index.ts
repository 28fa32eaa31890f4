export { logout } from "./logout.ts";
export { clearSiteData, logoutRoutes } from "./routes.ts";
