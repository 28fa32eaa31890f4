import type { MailedCode } from "../../core/secrets/index.ts";

/** The code of a sign-in mail, for a mailbox on another device. */
export const mailLoginCode: MailedCode = {
  purpose: "mail_login",
  key: "mail-login-code",
  lifetime: "mailLoginMs",
};
