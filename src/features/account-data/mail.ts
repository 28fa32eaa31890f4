import type { Core } from "../../core/core.ts";
import { formatTime, type Notice } from "../../core/notices/index.ts";

/** Tells that the account will be deleted, when, and how to keep it. */
export function deletionNotice(core: Core, deleteAfter: number): Notice {
  const { messages, siteName } = core.settings;
  const { deletionRequested } = messages.mail;
  return {
    kind: "deletion_requested",
    subject: deletionRequested.subject(siteName),
    paragraphs: [deletionRequested.text(siteName, formatTime(core, deleteAfter)), deletionRequested.keep],
  };
}
