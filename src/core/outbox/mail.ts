/** One message to one person. */
export interface Mail {
  /** What it is about, for example `confirm_email`. */
  kind: string;
  /** Exactly one address, the stored one. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Whose it is; it goes when the account goes. Left out where there is no account. */
  userId?: string;
  /** The links it holds, for the development mailbox and tests. */
  links: string[];
  /** A code it holds, if any. */
  code?: string;
}

/** A mail on its way out. */
export interface OutgoingMail extends Mail {
  /** The same at every attempt: a Message-ID or an idempotency key made of it lets a mail that left twice be shown once. */
  id: string;
  /** The sender, `Name <address>`. */
  from: string;
  /** When it was written, UTC milliseconds; its `Date`. */
  createdAt: number;
}

export interface SendContext {
  /** Fires when the attempt took too long, or the outbox stops: what is sent after it may be sent again. */
  signal: AbortSignal;
}

/**
 * Sends one mail. Resolving means that it has left. Rejecting means "try again later" (six times, in waits that grow from
 * a minute to twelve hours), or "never" where the error has `retry: false`; the error's message is kept for operators,
 * without what looks like a secret. By a provider's API:
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

/** How mail leaves, with what it keeps open. */
export interface MailTransport {
  send: SendMail;
  /** Lets go of connections; called once, when the outbox has stopped. */
  close?(): Promise<void> | void;
}

/** A mail the development mailbox shows. */
export interface KeptMail extends Mail {
  id: string;
  /** UTC milliseconds. */
  sentAt: number;
}
