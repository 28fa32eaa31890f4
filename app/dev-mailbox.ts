import { Hono, type MiddlewareHandler } from "hono";
import { type Auth, type KeptMail, LatchkeyError, type Page, ui } from "latchkey";
import type { Environment } from "latchkey/environment";
import { page, refuse } from "latchkey/hono";
import { only } from "./allow-methods.ts";

const { emptyState, html, linkButton, pageHeader } = ui;

/** A mail's text, with clickable links. */
function linked(text: string, links: readonly string[]): ui.Html[] {
  const known = new Set(links);
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part) => (known.has(part) ? html`<a href="${ui.safeHref(part)}">${part}</a>` : html`${part}`));
}

function mailItem(mail: KeptMail, newest: boolean, now: number): ui.Html {
  const time = ui.timeElement({ time: mail.sentAt, now, language: "en" });
  const open = newest ? html` open` : "";
  return html`<li><h2>${mail.subject}</h2>
<p class="mail-meta"><span>To ${mail.to}</span>${time}</p>
<details${open}><summary>Message</summary><div class="mail-text">${linked(mail.text, mail.links)}</div></details></li>`;
}

function mailboxPage(mails: readonly KeptMail[], sendsMail: boolean, now: number): Page {
  const description = sendsMail
    ? "SMTP_URL is set, so mail leaves for its recipients instead of staying here."
    : "Register or ask for a new password, and the message appears here.";
  const actions = linkButton({ href: "/dev/mailbox", label: "Refresh" });
  const intro = "What this app would have mailed, newest first. Only in development.";
  const list =
    mails.length === 0
      ? emptyState({ title: "No mail yet", description })
      : html`<ul class="mailbox">${mails.map((mail, index) => mailItem(mail, index === 0, now))}</ul>`;
  return {
    title: "Mailbox",
    width: "content",
    body: html`${pageHeader({ title: "Mailbox", intro, actions })}${list}`,
  };
}

// Narrower than the library's own rule: a name below localhost counts only as the configured origin.
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** A foreign page must not read the kept mail by pointing its name at this machine (DNS rebinding). */
const refuseOtherNames =
  (origin: string): MiddlewareHandler =>
  async (c, next) => {
    const { hostname } = new URL(c.req.url);
    if (loopback.test(hostname) || hostname === new URL(origin).hostname) return next();
    return refuse(c, new LatchkeyError("not_found", { detail: "not a name of this machine" }));
  };

/**
 * The development mailbox: every mail that was kept instead of sent. Never in production, because its links sign in.
 */
export function devMailboxRoutes(auth: Auth, { smtpUrl, origin }: Environment): Hono {
  const app = new Hono();
  app.use("/dev/*", refuseOtherNames(origin));
  const mails = async () => {
    await auth.deliverMail();
    return auth.mailbox();
  };
  app.get("/dev/mailbox", async (c) =>
    page(c, mailboxPage(await mails(), smtpUrl !== undefined, auth.clock.now())),
  );
  app.get("/dev/mailbox.json", async (c) => {
    const kept = await mails();
    return c.json(
      kept.map(({ id, to, subject, text, html: markup, links, code, sentAt }) => ({
        id,
        to,
        subject,
        text,
        html: markup,
        links,
        code: code ?? null,
        sent_at: new Date(sentAt).toISOString(),
      })),
    );
  });
  app.all("/dev/mailbox", only("GET", "HEAD"));
  app.all("/dev/mailbox.json", only("GET", "HEAD"));
  return app;
}
