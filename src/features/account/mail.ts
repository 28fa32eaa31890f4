import type { Core } from "../../core/core.ts";
import type { Notice } from "../../core/notices/index.ts";

/** What the owner hears of a changed password: whoever is signed in may be somebody else (row EM-03). */
export function passwordChangedNotice({ settings }: Core): Notice {
  const { passwordChanged } = settings.messages.mail;
  return {
    kind: "password_changed",
    subject: passwordChanged.subject(settings.siteName),
    paragraphs: [passwordChanged.text(settings.siteName)],
  };
}
