import type { Notice } from "../../core/notices/index.ts";

/** What the owner hears of a changed password: whoever is signed in may be somebody else (row EM-03). */
export const passwordChangedNotice: Notice = {
  kind: "password_changed",
  write({ account }, siteName) {
    const { passwordChanged } = account.mail;
    return { subject: passwordChanged.subject(siteName), paragraphs: [passwordChanged.text(siteName)] };
  },
};
