export { factsOfKnownBrowser } from "./browser-binding.ts";
export { confirmMailLogin, type MailLoginInput } from "./confirm-mail-login.ts";
export { type MailLoginRequest, mailLoginJobs, requestMailLogin } from "./request-mail-login.ts";
export { mailLoginRoutes } from "./routes.ts";
