export {
  type AskedMail,
  countMailRequest,
  deferMail,
  mayMail,
  onAskedMail,
  requestMail,
} from "./mail-requests.ts";
