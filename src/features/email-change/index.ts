export { emailChangeErrands } from "./errands.ts";
export { emailChangeRoutes } from "./routes.ts";
