import { durationInWords } from "../../core/outbox/index.ts";
import {
  blank,
  codeField,
  emailField,
  type FormModel,
  formPage,
  mailSentPage,
  type Page,
  type RouteContext,
  rememberField,
  withNext,
} from "../../core/requests/index.ts";
import type { UserRow } from "../../core/users/index.ts";
import { describeError } from "../../core/words/index.ts";
import { card, form, hiddenField, html, submitButton, textField } from "../../platform/html/index.ts";

export function mailLoginPage(context: RouteContext, model: FormModel): Page {
  const { mailLogin } = context.messages;
  const next = context.next(model.values.next);
  return formPage(context, model, {
    title: mailLogin.title,
    intro: mailLogin.intro,
    action: "/login/mail",
    submit: mailLogin.submit,
    fields: (field) =>
      html`${hiddenField("next", next)}${field(emailField(context, { autofocus: true }))}${rememberField(context, model)}`,
    footer: html`<a href="${withNext(context, "/login", next)}">${mailLogin.byPassword}</a>`,
  });
}

/** The same page for every address: of an account, an unknown one, or a disabled account. */
// Row TH-01.
export function mailLoginSentPage(
  context: RouteContext,
  { email, remember, next }: { email: string; remember: boolean; next: string },
): Page {
  const { messages, core, auth } = context;
  const { mailLogin } = messages;
  const lifetime = durationInWords(messages, core.settings.lifetimes.mailLoginMs);
  const codeForm = form({
    action: context.path("/login/mail/confirm"),
    csrfField: auth.csrfField,
    children: html`${textField(codeField(context))}${submitButton(messages.common.login)}`,
  });
  return mailSentPage(context, {
    title: mailLogin.sentTitle,
    intro: mailLogin.sent(email),
    children: html`<p>${mailLogin.howTo} ${mailLogin.lifetime(lifetime)}</p>
${codeForm}`,
    action: "/login/mail",
    fields: html`${hiddenField("email", email)}${hiddenField("next", next)}${remember && hiddenField("remember", "on")}`,
    startOver: "/login/mail",
  });
}

/** Asks for the code, for a browser that requested a mail before. */
export function codePage(context: RouteContext, model: FormModel = blank): Page {
  const { common, mailLogin } = context.messages;
  return formPage(context, model, {
    title: mailLogin.codeTitle,
    intro: mailLogin.codeIntro,
    action: "/login/mail/confirm",
    submit: common.login,
    fields: (field) => field({ ...codeField(context), autofocus: true }),
    footer: html`<a href="${context.path("/login/mail")}">${mailLogin.newMail}</a>`,
  });
}

/** Asks before it signs in, since mail programs open links too. */
// Row VE-02.
export function confirmPage(context: RouteContext, user: UserRow, model: FormModel = blank): Page {
  const { common, mailLogin } = context.messages;
  return formPage(context, model, {
    title: mailLogin.confirmTitle,
    intro: mailLogin.confirmIntro(user.email),
    action: "/login/mail/confirm",
    submit: common.login,
    fields: () => hiddenField("token", context.linkToken),
    footer: mailLogin.notMe,
  });
}

/** For every browser except the requesting one. Names no account and starts no session. */
// Row VE-06.
export function otherBrowserPage({ core, messages }: RouteContext): Page {
  const { common, mailLogin } = messages;
  const { title, sentence } = describeError(messages, "other_browser");
  return {
    title,
    body: card({
      title,
      children: html`<p>${sentence}</p><p>${mailLogin.keepCode}</p>`,
      footer: html`<a href="${core.settings.pages.home}">${common.home}</a>`,
    }),
  };
}
