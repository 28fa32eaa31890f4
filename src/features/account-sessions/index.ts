export { accountSessionsRoutes } from "./routes.ts";
