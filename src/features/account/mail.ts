import type { Notice } from "../../core/notices/index.ts";

/** Notifies the owner of a changed password: the signed-in visitor may be an intruder. */
// Row EM-03.
export const passwordChangedNotice: Notice = {
  kind: "password_changed",
  write({ account }, siteName) {
    const { passwordChanged } = account.mail;
    return { subject: passwordChanged.subject(siteName), paragraphs: [passwordChanged.text(siteName)] };
  },
};
