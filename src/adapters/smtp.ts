/**
 * Mail by SMTP, over nodemailer (an optional peer: `npm install nodemailer`).
 * @module
 */

import { domainToUnicode } from "node:url";
import { type MailTransport, type OutgoingMail, oneLine } from "../core/outbox/index.ts";
import { parseEmailAddress } from "../core/users/index.ts";
import { ConfigurationError } from "../platform/errors/index.ts";
import { type Duration, milliseconds } from "../platform/time/index.ts";
import { readSmtpServer, type SmtpServer } from "./smtp-url.ts";

/** Trust and identity of an encrypted connection. Certificates are always checked. */
export interface SmtpTls {
  /** Certificates (PEM) of the authorities to trust, instead of Node's own. */
  ca?: string | string[];
  /** The name in the server's certificate, if it isn't the URL's host. */
  servername?: string;
  /** A certificate and key (PEM) of the client, for servers that ask for one. */
  cert?: string;
  key?: string;
}

/** Options of the connections to the server. */
export interface SmtpOptions {
  /** Connections at once, kept open while mail is waiting. Default 4, as many as the outbox uses. */
  connections?: number;
  /** The longest time until the connection is ready, with STARTTLS. Default 15 seconds. */
  connectTimeout?: Duration;
  /** The longest time until the server's greeting. Default 15 seconds. */
  greetingTimeout?: Duration;
  /** The longest the server may be silent after that. Default 30 seconds. */
  silenceTimeout?: Duration;
  tls?: SmtpTls;
}

const CONNECTIONS = 4;
/** Servers close idle connections, and an open one keeps a script from ending. */
const IDLE_MS = 10_000;
const CLOSING_MS = 1_000;

async function loadNodemailer() {
  try {
    return await import("nodemailer");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ConfigurationError(
      "Mail is sent by SMTP, but the package nodemailer is not installed: run npm install nodemailer.",
      { cause: error },
    );
  }
}

/** `Name <address>` or an address, parsed once. */
function readSender(from: string): { name: string; address: string } {
  const [, name = "", address = ""] = /^(?:([^<>]*)<)?([^<>\s"]+@[^<>\s"]+?)>?$/.exec(oneLine(from)) ?? [];
  if (address === "") {
    throw new ConfigurationError(
      "mail.from isn't a sender: write it like Example <no-reply@app.example.org>, the name without < and >.",
    );
  }
  return { name: name.trim().replace(/^"(.*)"$/, "$1"), address };
}

/**
 * The mailbox for the envelope: the stored address with its domain in DNS form. The domain stays as typed if the local
 * part needs UTF-8 anyway. Anything but one plain mailbox is refused permanently.
 */
// Rows EM-01, EM-02.
function recipientOf(to: string): string {
  const parsed = parseEmailAddress(to);
  if (parsed === null || parsed.address !== to) {
    throw Object.assign(new Error("The recipient is not one plain address."), { retry: false });
  }
  const local = to.slice(0, to.indexOf("@"));
  const domain = parsed.key.slice(parsed.key.indexOf("@") + 1);
  return `${local}@${/^[\x00-\x7f]*$/.test(local) ? domain : domainToUnicode(domain)}`;
}

interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
}

/**
 * The error for the outbox, without the password, even if the server quoted it. A permanent refusal of the recipient or
 * message (5yz, RFC 5321 4.2.1) is marked. Refused logins and senders are tried again, since the operator can fix them.
 */
function readError(error: unknown, { auth }: SmtpServer): Error {
  if (error instanceof ConfigurationError || !(error instanceof Error)) return error as Error;
  const { code, responseCode, command = "" } = error as SmtpError;
  const secrets = auth
    ? [auth.pass, btoa64(auth.pass), btoa64(`\0${auth.user}\0${auth.pass}`)].filter((secret) => secret !== "")
    : [];
  const message = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), error.message);
  const final =
    (error as { retry?: boolean }).retry === false ||
    (responseCode !== undefined && responseCode >= 500 && /^(RCPT|DATA)/.test(command));
  return Object.assign(new Error(message), {
    code,
    responseCode,
    command,
    ...(final ? { retry: false } : {}),
  });
}

const btoa64 = (text: string): string => Buffer.from(text).toString("base64");

/**
 * Sends by SMTP. `smtp://` (port 587 by default) uses STARTTLS if the server offers it; `?requireTLS=true` insists.
 * `smtps://` (port 465) is encrypted from the start. Certificates are checked: add a private authority to `tls.ca` or
 * `NODE_EXTRA_CA_CERTS`. A user and password in the URL are percent-encoded.
 *
 * Each mail has one recipient, the stored address. It carries `Auto-Submitted: auto-generated` (RFC 3834), and the same
 * Message-ID at every attempt. Connections are shared, and closed when no mail waits. Throws a `ConfigurationError` for
 * an invalid URL. Without nodemailer sending rejects with one.
 *
 * @example
 * const auth = createAuth({
 *   origin: "https://app.example.org",
 *   database: "sqlite:app.db",
 *   secretKeys: [process.env.SECRET_KEY ?? ""],
 *   mail: { transport: smtpTransport("smtps://name:password@mail.example.org") },
 * });
 */
// Row EM-06.
export function smtpTransport(url: string, options: SmtpOptions = {}): MailTransport {
  const { connections = CONNECTIONS, connectTimeout = "15s", greetingTimeout = "15s" } = options;
  const { silenceTimeout = "30s", tls } = options;
  const server = readSmtpServer(url);
  const poolOptions = {
    ...server,
    pool: true as const,
    maxConnections: connections,
    // A connection that the server closed between two mails is replaced at once. The outbox repeats every other
    // failure.
    maxRequeues: 1,
    connectionTimeout: milliseconds(connectTimeout, "connectTimeout"),
    greetingTimeout: milliseconds(greetingTimeout, "greetingTimeout"),
    socketTimeout: milliseconds(silenceTimeout, "silenceTimeout"),
    socketCloseTimeout: CLOSING_MS,
    idleTimeout: IDLE_MS,
    ...(tls === undefined ? {} : { tls: { ...tls } }),
    // Content must not name a file or a URL to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  let opened: ReturnType<typeof open> | undefined;

  async function open() {
    const { createTransport } = await loadNodemailer();
    const transporter = createTransport(poolOptions);
    transporter.use("stream", (mail, next) => {
      const { to } = mail.message.getEnvelope();
      const meant = (mail.data.to as { address: string }).address;
      const exact = Array.isArray(to) && to.length === 1 && to[0] === meant;
      next(exact ? null : Object.assign(new Error("The recipient would be changed."), { retry: false }));
    });
    return transporter;
  }

  async function send(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    const from = readSender(mail.from);
    const recipient = recipientOf(mail.to);
    opened ??= open();
    const transporter = await opened;
    await transporter.sendMail({
      // As objects: strings would be parsed as lists of addresses.
      from,
      to: { name: "", address: recipient },
      envelope: { from: from.address, to: [{ name: "", address: recipient }] },
      subject: oneLine(mail.subject),
      text: mail.text,
      html: mail.html,
      date: new Date(mail.createdAt),
      // The same at every attempt, so that a mail program shows a mail once that was sent twice.
      messageId: `<${mail.id}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`,
      headers: { "Auto-Submitted": "auto-generated" },
      xMailer: false,
      signal,
    } as Parameters<typeof transporter.sendMail>[0]);
  }

  return {
    async send(mail, context) {
      try {
        await send(mail, context.signal);
      } catch (error) {
        throw readError(error, server);
      }
    },
    async close() {
      const closing = opened;
      opened = undefined;
      (await closing?.catch(() => undefined))?.close();
    },
  };
}
