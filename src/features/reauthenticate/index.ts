export { proveByPassword, reauthenticate } from "./reauthenticate.ts";
export { reauthenticateRoutes } from "./routes.ts";
