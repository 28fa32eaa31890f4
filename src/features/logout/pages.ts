import { type FormModel, formPage, type Page, type RouteContext } from "../../core/requests/index.ts";
import { html } from "../../platform/html/index.ts";

export function logoutPage(context: RouteContext, model: FormModel): Page {
  const { messages, core } = context;
  const { logout } = messages;
  return formPage(context, model, {
    title: logout.title,
    intro: logout.sentence,
    action: "/logout",
    submit: logout.submit,
    fields: () => html``,
    footer: html`<a href="${core.settings.pages.afterLogin}">${logout.stay}</a>`,
  });
}
