export {
  type AskedMail,
  consumeMailQuota,
  countMailRequest,
  deferMail,
  onAskedMail,
  requestMail,
} from "./mail-requests.ts";
