import {
  type FormModel,
  formPage,
  newPasswordField,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import type { UserRow } from "../../core/users/index.ts";
import { html, identifierForManagers } from "../../platform/html/index.ts";

/** Stands between the right password and the session. */
export function replacePasswordPage(context: RouteContext, user: UserRow, model: FormModel): Page {
  const { common, choosePassword, errors } = context.messages;
  return formPage(context, model, {
    title: choosePassword.title,
    intro: String(errors.password_change_required.sentence),
    action: "/login/choose-password",
    submit: choosePassword.submit,
    fields: (field) =>
      html`${identifierForManagers(user.email)}${field(newPasswordField(context, common.newPasswordLabel))}`,
  });
}
