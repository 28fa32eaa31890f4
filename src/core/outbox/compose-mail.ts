import { html } from "../../platform/html/index.ts";
import { DAY, HOUR, MINUTE } from "../../platform/time/index.ts";
import type { Core } from "../core.ts";
import type { Messages } from "../words/index.ts";
import type { Mail } from "./mail.ts";
import { oneLine } from "./one-line.ts";

/**
 * A span of time in the catalogue's words, in the largest unit that fits evenly.
 *
 * @example
 * durationInWords(messages, 90 * 60_000) // "90 minutes"
 */
export function durationInWords(messages: Messages, durationMs: number): string {
  const { minutes, hours, days } = messages.common.durations;
  if (durationMs > DAY && durationMs % DAY === 0) return days(durationMs / DAY);
  if (durationMs >= HOUR && durationMs % HOUR === 0) return hours(durationMs / HOUR);
  return minutes(Math.max(1, Math.round(durationMs / MINUTE)));
}

/** The kind and the account of a mail. */
export interface MailEnvelope {
  kind: string;
  to: string;
  /** The language of its reader: the account's, else that of its request. Null: the default. */
  locale: string | null;
  /** The account; absent without one. */
  userId?: string;
}

/** The contents of a mail. */
export interface MailDraft {
  subject: string;
  /** Plain sentences, one for each paragraph. Never with a stranger's text. */
  paragraphs: string[];
  /** The time, device and address of the request. */
  facts?: readonly { label: string; value: string }[];
  /** A code to type elsewhere. */
  code?: { label: string; value: string };
  beforeAction?: string[];
  action?: { label: string; url: string };
  afterAction?: string[];
}

/**
 * A mail in its reader's language. Its text and HTML parts are equal, without images and foreign styles, and only with
 * own links.
 *
 * @example
 * const envelope = { kind: "invitation", to: email, locale, userId: user.id };
 * const invitation = await mail(core, envelope, ({ acme }, siteName) => ({
 *   subject: acme.mail.subject(siteName),
 *   paragraphs: [acme.mail.text],
 * }));
 * await core.outbox.enqueue(tx, invitation);
 * @see row EM-04
 */
export async function mail(
  { words, settings: { siteName } }: Core,
  { kind, to, locale, userId }: MailEnvelope,
  write: (messages: Messages, siteName: string) => MailDraft,
): Promise<Mail> {
  const messages = words(locale);
  const { greeting, closing, linkHint } = messages.common.mail;
  const draft = write(messages, siteName);
  const { action, code, facts = [], beforeAction = [], afterAction = [] } = draft;
  const text = [
    greeting,
    ...draft.paragraphs,
    ...(facts.length === 0 ? [] : [facts.map(({ label, value }) => `${label}: ${value}`).join("\n")]),
    ...(code ? [`${code.label}\n${code.value}`] : []),
    ...beforeAction,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...afterAction,
  ];
  const button =
    action &&
    html`<p style="margin:24px 0"><a href="${action.url}" style="background:#1f5fbf;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none;font-weight:600">${action.label}</a></p>
<p style="color:#555;font-size:14px">${linkHint}<br><a href="${action.url}">${action.url}</a></p>`;
  const body = html`<!doctype html>
<html lang="${messages.language}"><body style="font-family:system-ui,sans-serif;line-height:1.5;color:#1b1f24;max-width:36rem;margin:0 auto;padding:24px">
<p>${greeting}</p>
${draft.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
${facts.length > 0 && html`<p>${facts.map(({ label, value }) => html`${label}: <b>${value}</b><br>`)}</p>`}
${code && html`<p>${code.label}<br><b style="font-size:24px;letter-spacing:3px;font-family:monospace">${code.value}</b></p>`}
${beforeAction.map((paragraph) => html`<p>${paragraph}</p>`)}
${button}
${afterAction.map((paragraph) => html`<p>${paragraph}</p>`)}
<p style="color:#555;font-size:14px;border-top:1px solid #ddd;padding-top:16px">${closing(siteName)}</p>
</body></html>
`;
  return {
    kind,
    to,
    subject: oneLine(draft.subject),
    text: `${[...text, closing(siteName)].join("\n\n")}\n`,
    html: String(await body),
    links: action ? [action.url] : [],
    ...(code === undefined ? {} : { code: code.value }),
    ...(userId === undefined ? {} : { userId }),
  };
}
