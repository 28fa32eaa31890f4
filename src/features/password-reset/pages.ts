import {
  type FormModel,
  formPage,
  newPasswordField,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import { hiddenField, html } from "../../platform/html/index.ts";

interface ChoiceModel extends FormModel {
  token: string;
  /** Shown in the middle of a login, because the password has to be replaced (row PW-11). */
  demanded?: boolean;
}

export function choosePasswordPage(context: RouteContext, { token, demanded, ...model }: ChoiceModel): Page {
  const { messages } = context;
  const { common, choosePassword } = messages;
  return formPage(context, model, {
    title: choosePassword.title,
    intro: demanded ? messages.errors.password_change_required.sentence : choosePassword.intro,
    action: "/reset-password",
    submit: choosePassword.submit,
    fields: (field) =>
      html`${hiddenField("token", token)}${field(newPasswordField(context, common.newPasswordLabel))}`,
  });
}
