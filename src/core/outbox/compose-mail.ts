import { html, type Messages } from "../../platform/html/index.ts";
import { DAY, HOUR, MINUTE } from "../../platform/time/index.ts";
import type { Mail } from "./mail.ts";
import { oneLine } from "./one-line.ts";

/** A span of time in the catalogue's words, in the largest unit that fits evenly. */
export function durationInWords(messages: Messages, durationMs: number): string {
  const { minutes, hours, days } = messages.mail.durations;
  if (durationMs > DAY && durationMs % DAY === 0) return days(durationMs / DAY);
  if (durationMs >= HOUR && durationMs % HOUR === 0) return hours(durationMs / HOUR);
  return minutes(Math.max(1, Math.round(durationMs / MINUTE)));
}

export interface MailDraft {
  kind: string;
  to: string;
  subject: string;
  /** Plain sentences, one for each paragraph. They never hold text from a stranger. */
  paragraphs: string[];
  /** The account. Absent if there is none. */
  userId?: string;
  /** The lines about the request: when, on which device, from where. */
  facts?: readonly { label: string; value: string }[];
  /** A code to type elsewhere. */
  code?: { label: string; value: string };
  beforeAction?: string[];
  action?: { label: string; url: string };
  afterAction?: string[];
}

/**
 * A mail whose text and HTML parts say the same: no images, no foreign styles, own links only.
 *
 * @see Row EM-04
 */
export async function composeMail(messages: Messages, siteName: string, draft: MailDraft): Promise<Mail> {
  const { greeting, closing, linkHint } = messages.mail;
  const { action, code, userId, facts = [], beforeAction = [], afterAction = [] } = draft;
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
<html lang="${messages.common.language}"><body style="font-family:system-ui,sans-serif;line-height:1.5;color:#1b1f24;max-width:36rem;margin:0 auto;padding:24px">
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
    kind: draft.kind,
    to: draft.to,
    subject: oneLine(draft.subject),
    text: `${[...text, closing(siteName)].join("\n\n")}\n`,
    html: String(await body),
    links: action ? [action.url] : [],
    ...(code === undefined ? {} : { code: code.value }),
    ...(userId === undefined ? {} : { userId }),
  };
}
