import { formatTime, type Notice } from "../../core/notices/index.ts";

/** Tells that the account will be deleted, when, and how to keep it. */
export function deletionNotice(deleteAfter: number): Notice {
  return {
    kind: "deletion_requested",
    write(messages, siteName) {
      const { deletionRequested } = messages.accountData.mail;
      const date = formatTime(messages, deleteAfter);
      return {
        subject: deletionRequested.subject(siteName),
        paragraphs: [deletionRequested.text(siteName, date), deletionRequested.keep],
      };
    },
  };
}
