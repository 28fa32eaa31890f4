export { type AskedMail, onAskedMail, requestMail } from "./mail-requests.ts";
