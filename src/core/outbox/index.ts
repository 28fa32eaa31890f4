export {
  listMail,
  type QueuedMail,
  type QueuedMailQuery,
  retryAllMail,
  retryMail,
} from "./administration.ts";
export { durationInWords, type MailDraft, type MailEnvelope, mail } from "./compose-mail.ts";
export type { Job } from "./job.ts";
export type { KeptMail, Mail, MailTransport, OutgoingMail, SendContext, SendMail } from "./mail.ts";
export { oneLine } from "./one-line.ts";
export { createOutbox, type Outbox } from "./outbox.ts";
export { type AccountMailRow, countMails, deleteExpiredMails, mailsOfUser } from "./queries.ts";
