import {
  type FormModel,
  formPage,
  newPasswordField,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import type { UserRow } from "../../core/users/index.ts";
import { describeError } from "../../core/words/index.ts";
import { html, identifierForManagers } from "../../platform/html/index.ts";

/** Comes between the right password and the session. */
export function replacePasswordPage(context: RouteContext, user: UserRow, model: FormModel): Page {
  const { messages } = context;
  const { common, passwordReset } = messages;
  return formPage(context, model, {
    title: passwordReset.choose.title,
    intro: describeError(messages, "password_change_required").sentence,
    action: "/login/choose-password",
    submit: passwordReset.choose.submit,
    fields: (field) =>
      html`${identifierForManagers(user.email)}${field(newPasswordField(context, common.newPasswordLabel))}`,
  });
}
