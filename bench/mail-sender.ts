/* An application that sends mail by SMTP while it checks sessions. */
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { unwrap } from "latchkey";
import { latchkey, requireLogin } from "latchkey/hono";
import { smtpTransport } from "latchkey/smtp";
import { createTestAuth } from "latchkey/testing";
import { coreOf } from "../src/assemble.ts";
import { mail } from "../src/core/outbox/index.ts";
import { systemClock } from "../src/platform/time/index.ts";
import { answerParent } from "./child.ts";

const KNOWN = 50;
const { auth, as } = createTestAuth({
  database: `sqlite:${process.env.BENCH_DATABASE}`,
  clock: systemClock,
  mail: { transport: smtpTransport(`smtp://127.0.0.1:${process.env.BENCH_SMTP_PORT}`) },
  throttle: {
    perAccount: 1_000_000,
    perAddress: 1_000_000,
    registrationsPerAddress: 1_000_000,
    mailsPerRecipient: 1_000_000,
  },
});
const browser = await as("anna@example.org");
for (let number = 0; number < KNOWN; number++) {
  await unwrap(
    auth.users.create({ email: `known${number}@example.org`, password: "a quiet teapot in the rain" }),
  );
}

/** Puts this many mails into the outbox without waking it. */
async function queueMails(count: number): Promise<void> {
  const core = coreOf(auth);
  for (let number = 0; number < count; number++) {
    const envelope = { kind: "bench", to: `person${number}@example.org`, locale: null };
    const written = await mail(core, envelope, () => ({
      subject: "Confirm your email address",
      paragraphs: ["This address was registered. Confirm it to finish."],
      action: { label: "Confirm", url: `http://localhost:3000/confirm-email?token=${"x".repeat(43)}` },
    }));
    await core.db.transaction((tx) => core.outbox.enqueue({ ...tx, afterCommit: () => undefined }, written), {
      durability: "relaxed",
    });
  }
}

/** Milliseconds until all of them are sent. */
async function sendMails(): Promise<number> {
  const before = performance.now();
  await auth.deliverMail();
  const took = performance.now() - before;
  const [unsent] = (await unwrap(auth.outbox.list())).mails;
  if (unsent !== undefined) throw new Error(`A mail was not sent: ${unsent.lastError}`);
  return took;
}

const app = new Hono().use(latchkey(auth));
app.get("/dashboard", requireLogin(), (c) => c.json({ email: c.var.auth.user.email }));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }: AddressInfo) => {
  answerParent(({ queue }: { queue?: number }) => (queue === undefined ? sendMails() : queueMails(queue)));
  process.send?.({ port, cookie: browser.cookie, known: KNOWN });
});
process.once("SIGTERM", () => process.exit(0));
