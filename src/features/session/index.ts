export { sessionRoutes } from "./routes.ts";
export { sessionJson } from "./session-json.ts";
