import type { Page, RouteContext } from "../../core/requests/index.ts";
import { card, form, html, submitButton } from "../../platform/html/index.ts";

export function logoutPage({ messages, auth, path, core }: RouteContext): Page {
  const { logout } = messages;
  return {
    title: logout.title,
    body: card({
      title: logout.title,
      intro: logout.sentence,
      children: form({
        action: path("/logout"),
        csrfField: auth.csrfField,
        children: submitButton(logout.submit),
      }),
      footer: html`<a href="${core.settings.pages.afterLogin}">${logout.stay}</a>`,
    }),
  };
}
