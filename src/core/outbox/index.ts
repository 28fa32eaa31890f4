export { composeMail, durationInWords } from "./compose-mail.ts";
export {
  createOutbox,
  type Errand,
  type Errands,
  type KeptMail,
  type Mail,
  type MailTransport,
  type Outbox,
} from "./outbox.ts";
export { deleteMailsOver } from "./queries.ts";
