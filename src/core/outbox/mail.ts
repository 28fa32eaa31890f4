/** One message to one recipient. */
export interface Mail {
  /** The kind of mail, for example `confirm_email`. */
  kind: string;
  /** Exactly one address, the stored one. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The account; the mail is deleted with it. Absent without one. */
  userId?: string;
  /** The links in it, for the development mailbox and tests. */
  links: string[];
  /** The code in it, if any. */
  code?: string;
}

/** A mail for a transport. */
export interface OutgoingMail extends Mail {
  /** The same at every attempt. As a Message-ID or an idempotency key it prevents that a mail is shown twice. */
  id: string;
  /** The sender, `Name <address>`. */
  from: string;
  /** The time when it was written, in UTC milliseconds: its `Date`. */
  createdAt: number;
}

/** The options of an attempt. */
export interface SendContext {
  /** Fires if the attempt takes too long or the outbox stops. A mail that is sent later may be sent again. */
  signal: AbortSignal;
}

/**
 * Sends one mail. Resolves once it is sent. If it rejects, the mail is tried again, six times, with waits from a minute
 * to twelve hours. An error with `retry: false` is final. Operators see the error's message, without parts that look
 * like a secret. By a provider's API:
 *
 *     const send: SendMail = async ({ id, from, to, subject, text, html }, { signal }) => {
 *       const response = await fetch("https://api.mail-provider.example/messages", {
 *         method: "POST",
 *         headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": id },
 *         body: JSON.stringify({ from, to: [to], subject, text, html }),
 *         signal,
 *       });
 *       if (!response.ok) throw new Error(`The provider answered ${response.status}.`);
 *     };
 */
export type SendMail = (mail: OutgoingMail, context: SendContext) => Promise<unknown>;

/** A way to send mail, with its open connections. */
export interface MailTransport {
  send: SendMail;
  /** Closes connections. Called once, after the outbox has stopped. */
  close?(): Promise<void> | void;
}

/** A mail in the development mailbox. */
export interface KeptMail extends Mail {
  id: string;
  /** UTC milliseconds. */
  sentAt: number;
}
