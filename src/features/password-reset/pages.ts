import { durationInWords } from "../../core/outbox/index.ts";
import {
  emailField,
  type FormModel,
  formPage,
  mailSentPage,
  newPasswordField,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import { type Html, hiddenField, html } from "../../platform/html/index.ts";

/** Asks for the address. A signed-in visitor may have forgotten the password too. */
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
      field(emailField(context, { value: model.values.email ?? user?.email ?? "", autofocus: true })),
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

interface ChoiceForm {
  intro: string;
  action: string;
  /** The text before the field. */
  first: Html;
}

/** A page for choosing a password. */
export function choiceFormPage(
  context: RouteContext,
  model: FormModel,
  { intro, action, first }: ChoiceForm,
): Page {
  const { common, passwordReset } = context.messages;
  const { title, submit } = passwordReset.choose;
  return formPage(context, model, {
    title,
    intro,
    action,
    submit,
    fields: (field) => html`${first}${field(newPasswordField(context, common.newPasswordLabel))}`,
  });
}

export function choosePasswordPage(context: RouteContext, { token, ...model }: ChoiceModel): Page {
  return choiceFormPage(context, model, {
    intro: context.messages.passwordReset.choose.intro,
    action: "/reset-password",
    first: hiddenField("token", token),
  });
}
