export { mailLoginErrands } from "./errands.ts";
export { mailLoginRoutes } from "./routes.ts";
