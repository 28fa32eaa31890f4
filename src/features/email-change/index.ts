export { confirmEmailChange } from "./confirm-email-change.ts";
export { emailChangeJobs, requestEmailChange } from "./request-email-change.ts";
export { emailChangeRoutes } from "./routes.ts";
