import { type FormModel, formPage, type Page, type RouteContext } from "../../core/requests/index.ts";
import { hiddenField, html, identifierForManagers } from "../../platform/html/index.ts";

export function reauthenticatePage(context: RouteContext, model: FormModel): Page {
  const { messages, auth } = context;
  const { common, reauthenticate } = messages;
  const { user } = auth;
  return formPage(context, model, {
    title: reauthenticate.title,
    intro: reauthenticate.intro(user?.username ?? user?.email ?? ""),
    action: "/reauthenticate",
    submit: reauthenticate.submit,
    fields: (field) =>
      html`${hiddenField("next", context.next(model.values.next))}${identifierForManagers(
        user?.email ?? "",
      )}${field({
        name: "password",
        label: common.passwordLabel,
        type: "password",
        autocomplete: "current-password",
        required: true,
        autofocus: true,
      })}`,
    footer: html`<a href="${context.path("/forgot-password")}">${common.forgotPassword}</a>`,
  });
}
