import type { KeptMail } from "latchkey";

type SentMail = Omit<KeptMail, "sentAt"> & { from: string };

/** A mail server whose answers wait for a signal. */
export interface HeldMail {
  transport: { send(mail: SentMail): Promise<void> };
  /** The mails so far, oldest first. */
  sent: SentMail[];
  /** Resolves when the first mail arrives. */
  first: Promise<void>;
  /** Accepts all mail, now and later. */
  release(): void;
}

export function heldMail(): HeldMail {
  const sent: SentMail[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: first, resolve: arrived } = Promise.withResolvers<void>();
  return {
    sent,
    first,
    release,
    transport: {
      send(mail) {
        sent.push(mail);
        arrived();
        return released;
      },
    },
  };
}
