import type { LatchkeyError } from "../../platform/errors/index.ts";
import { card, html } from "../../platform/html/index.ts";
import type { AnswerContext } from "./respond.ts";
import type { Page } from "./route.ts";
import { errorSentence } from "./sentences.ts";

/**
 * A refusal as a page: what happened, what to do, and a reference for support. Echoes nothing. The page about an
 * invalid link leads to `newLinkPath`.
 */
// Row HD-09.
export function errorPage(
  { core, auth }: AnswerContext,
  error: LatchkeyError,
  newLinkPath?: string | undefined,
): Page {
  const { pages, basePath } = core.settings;
  const messages = core.words(auth.locale);
  const { title, sentence } = errorSentence(messages, error);
  const reference = error.status >= 500 ? messages.common.requestId(auth.requestId) : undefined;
  return {
    title,
    error: true,
    body: card({
      title,
      children: html`<p>${sentence}</p>${reference && html`<p><small>${reference}</small></p>`}`,
      footer:
        error.code === "link_invalid" && newLinkPath !== undefined
          ? html`<a href="${basePath + newLinkPath}">${messages.common.newLink}</a>`
          : html`<a href="${pages.home}">${messages.common.home}</a>`,
    }),
  };
}
