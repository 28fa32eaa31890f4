import type { LatchkeyError } from "../../platform/errors/index.ts";
import { card, html } from "../../platform/html/index.ts";
import type { AnswerContext, ErrorPlace } from "./respond.ts";
import type { Page } from "./route.ts";
import { errorSentence } from "./sentences.ts";

/**
 * A refusal as a page: what happened, what to do, and a reference for support. Echoes nothing. The page about an
 * invalid link leads to `newLinkPath`, and the page about an expired form to `againPath`.
 */
// Row HD-09.
export function errorPage(
  { core, auth }: AnswerContext,
  error: LatchkeyError,
  { newLinkPath, againPath }: Pick<ErrorPlace, "newLinkPath" | "againPath"> = {},
): Page {
  const { pages, basePath } = core.settings;
  const messages = core.words(auth.locale);
  const { title, sentence } = errorSentence(messages, error);
  const reference = error.status >= 500 ? messages.common.requestId(auth.requestId) : undefined;
  const newLink = error.code === "link_invalid" && newLinkPath !== undefined && basePath + newLinkPath;
  const [href, label] = newLink
    ? [newLink, messages.common.newLink]
    : againPath === undefined
      ? [pages.home, messages.common.home]
      : [againPath, messages.common.tryAgain];
  return {
    title,
    error: true,
    body: card({
      title,
      children: html`<p>${sentence}</p>${reference && html`<p><small>${reference}</small></p>`}`,
      footer: html`<a href="${href}">${label}</a>`,
    }),
  };
}
