import type { MailTransport } from "latchkey";
import type { Transporter } from "nodemailer";

const TIMEOUT_MS = 15_000;

/**
 * Sends by SMTP. `smtp://` uses STARTTLS where the server offers it, `?requireTLS=true` insists, `smtps://` is
 * encrypted from the start. A server that doesn't answer within 15 seconds counts as failed; the outbox tries again.
 */
export function smtpTransport(url: string): MailTransport {
  let transporter: Promise<Transporter> | undefined;

  async function connect(): Promise<Transporter> {
    const { createTransport } = await import("nodemailer");
    return createTransport({
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // Content comes from templates; nothing of it may name a file or a URL to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    } as object) as Transporter;
  }

  return {
    async send({ id, from, to, subject, text, html }) {
      transporter ??= connect();
      const host = from.slice(from.lastIndexOf("@") + 1).replace(/[^A-Za-z0-9.-]/g, "");
      await (await transporter).sendMail({
        from,
        to: { name: "", address: to },
        subject,
        text,
        html,
        // The same at every attempt, so that a mail that left twice is shown once.
        messageId: `<${id}@${host}>`,
        headers: { "Auto-Submitted": "auto-generated" },
      });
    },
  };
}
