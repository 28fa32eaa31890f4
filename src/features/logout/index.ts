export { logoutFeature } from "./feature.ts";
export { endOwnSession } from "./logout.ts";
export { clearSiteData } from "./routes.ts";
