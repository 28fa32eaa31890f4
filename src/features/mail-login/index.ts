export { factsOfKnownBrowser } from "./asking-browser.ts";
export { confirmMailLogin, type MailLoginInput } from "./confirm-mail-login.ts";
export { type MailLoginRequest, mailLoginErrands, requestMailLogin } from "./request-mail-login.ts";
export { mailLoginRoutes } from "./routes.ts";
