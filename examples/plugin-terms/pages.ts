import {
  badge,
  dataTable,
  emptyState,
  type FormModel,
  formPage,
  hiddenField,
  html,
  type Page,
  pageHeader,
  type RouteContext,
  timeElement,
} from "latchkey/kit";
import type { Acceptance, Terms } from "./terms.ts";

/** The page between the right password and the session. */
export function acceptPage(context: RouteContext, { version, href }: Terms, model: FormModel): Page {
  const { acmeTerms: words } = context.messages;
  return formPage(context, model, {
    title: words.acceptTitle,
    intro: words.acceptIntro,
    action: "/login/terms",
    submit: words.submit,
    // The form accepts the version that the page shows, even if a newer one appears meanwhile.
    fields: () => html`<p><a href="${href}">${words.read(version)}</a></p>${hiddenField("version", version)}`,
    footer: html`<a href="${context.path("/login")}">${words.notMe}</a>`,
  });
}

/** The accepted versions, in the account centre. */
export function acceptedPage(context: RouteContext, terms: Terms, acceptances: readonly Acceptance[]): Page {
  const { messages } = context;
  const { acmeTerms: words } = messages;
  const list =
    acceptances.length === 0
      ? emptyState({ title: words.emptyTitle, description: words.emptyHint })
      : dataTable({
          caption: words.caption,
          columns: [words.columns.version, words.columns.time],
          rows: acceptances.map(({ version, acceptedAt }) => [
            version === terms.version ? html`${version} ${badge(words.current, "success")}` : version,
            timeElement(context, acceptedAt),
          ]),
        });
  return {
    title: words.title,
    width: "content",
    body: html`${pageHeader({ title: words.title, intro: words.intro })}
${list}
<p><a href="${terms.href}">${words.read(terms.version)}</a></p>`,
  };
}
