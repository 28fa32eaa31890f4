import { durationInWords } from "../../core/outbox/index.ts";
import {
  type FormModel,
  formPage,
  mailSentPage,
  newPasswordField,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import { hiddenField, html } from "../../platform/html/index.ts";

/** Asks for the address. A signed-in visitor may have forgotten the password as well. */
export function forgotPasswordPage(context: RouteContext, model: FormModel): Page {
  const { messages, auth } = context;
  const { common, passwordReset: forgotPassword } = messages;
  const { user } = auth;
  return formPage(context, model, {
    title: common.forgotPassword,
    intro: forgotPassword.intro,
    action: "/forgot-password",
    submit: forgotPassword.submit,
    fields: (field) =>
      field({
        name: "email",
        label: common.emailLabel,
        type: "email",
        value: model.values.email ?? user?.email ?? "",
        autocomplete: "email",
        inputmode: "email",
        required: true,
        autofocus: true,
      }),
    footer:
      user === null
        ? html`${forgotPassword.remembered} <a href="${context.path("/login")}">${common.login}</a>`
        : html`<a href="${context.path("/account")}">${common.back}</a>`,
  });
}

/** The same page for every address. */
// Row RS-01.
export function resetSentPage(context: RouteContext, email: string): Page {
  const { messages, core } = context;
  const { common, passwordReset: forgotPassword } = messages;
  const lifetime = durationInWords(messages, core.settings.lifetimes.resetMs);
  return mailSentPage(context, {
    title: forgotPassword.sentTitle,
    intro: forgotPassword.sent(email),
    children: html`<p>${common.linkLifetime(lifetime)}</p>`,
    action: "/forgot-password",
    fields: hiddenField("email", email),
    startOver: "/forgot-password",
  });
}

interface ChoiceModel extends FormModel {
  token: string;
}

export function choosePasswordPage(context: RouteContext, { token, ...model }: ChoiceModel): Page {
  const { common, passwordReset } = context.messages;
  const { choose: choosePassword } = passwordReset;
  return formPage(context, model, {
    title: choosePassword.title,
    intro: choosePassword.intro,
    action: "/reset-password",
    submit: choosePassword.submit,
    fields: (field) =>
      html`${hiddenField("token", token)}${field(newPasswordField(context, common.newPasswordLabel))}`,
  });
}
