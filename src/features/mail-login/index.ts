export type { MailLoginInput } from "./confirm-mail-login.ts";
export { mailLogin } from "./feature.ts";
export type { MailLoginRequest } from "./request-mail-login.ts";
