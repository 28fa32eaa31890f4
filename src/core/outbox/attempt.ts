import { SECOND } from "../../platform/time/index.ts";
import type { MailTransport, OutgoingMail } from "./mail.ts";

/** Attempts to send mails, each within a time limit. */
export interface Attempts {
  /** Resolves when the mail is sent. Rejects if that takes too long. `onLate` reports a mail that was sent late. */
  send(mail: OutgoingMail, onLate: () => Promise<void>): Promise<void>;
  /** Aborts all running attempts: they reject. */
  abort(): void;
}

/**
 * Limits each attempt to `limitMs`, even if the transport never settles. A backstop: SMTP has its own, shorter limits.
 */
export function createAttempts(transport: MailTransport, limitMs: number): Attempts {
  const running = new Set<AbortController>();

  return {
    async send(mail, onLate) {
      const controller = new AbortController();
      const { signal } = controller;
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      const tooLong = () => new Error(`Sending took longer than ${Math.ceil(limitMs / SECOND)} seconds.`);
      const timer = setTimeout(() => controller.abort(tooLong()), limitMs).unref();
      running.add(controller);
      const sending = (async () => void (await transport.send(mail, { signal })))();
      try {
        await Promise.race([sending, aborted]);
      } catch (error) {
        if (signal.aborted) sending.then(onLate).catch(() => undefined);
        throw error;
      } finally {
        clearTimeout(timer);
        running.delete(controller);
      }
    },
    abort() {
      for (const controller of running)
        controller.abort(new Error("The outbox stopped while this was sent."));
    },
  };
}
