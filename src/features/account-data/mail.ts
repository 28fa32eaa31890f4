import { formatTime, type Notice } from "../../core/notices/index.ts";

/** Announces the deletion of the account, its time, and how to keep the account. */
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
