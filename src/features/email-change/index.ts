export { confirmEmailChange } from "./confirm-email-change.ts";
export { emailChangeErrands } from "./errands.ts";
export { requestEmailChange } from "./request-email-change.ts";
export { emailChangeRoutes } from "./routes.ts";
