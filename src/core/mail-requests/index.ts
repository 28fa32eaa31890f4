export { type AskedMail, countMailRequest, deferMail, onAskedMail, requestMail } from "./mail-requests.ts";
