import { durationInWords } from "../../core/outbox/index.ts";
import {
  emailField,
  type FormModel,
  formPage,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import { card, hiddenField, html, notice } from "../../platform/html/index.ts";

interface ChangeModel extends FormModel {
  /** The pending address of the account. */
  pending: string | null;
}

export function changeEmailPage(context: RouteContext, { pending, ...model }: ChangeModel): Page {
  const { messages, auth } = context;
  const { emailChange: changeEmail } = messages;
  return formPage(context, model, {
    title: changeEmail.title,
    intro: changeEmail.intro(auth.requireLogin().email),
    notice:
      pending === null
        ? undefined
        : notice({ message: changeEmail.waiting(pending), category: "info", focused: true }),
    action: "/account/email",
    submit: changeEmail.submit,
    fields: (field) =>
      field(emailField(context, { label: changeEmail.newLabel, hint: changeEmail.newHint, autofocus: true })),
  });
}

/** The same page for a free and a taken address. */
// Row CE-04.
export function changeSentPage(context: RouteContext, email: string): Page {
  const { messages, core } = context;
  const { common, emailChange: changeEmail } = messages;
  const lifetime = durationInWords(messages, core.settings.lifetimes.emailChangeMs);
  return {
    title: changeEmail.sentTitle,
    body: card({
      title: changeEmail.sentTitle,
      intro: changeEmail.sent(email),
      children: html`<p>${common.linkLifetime(lifetime)} ${changeEmail.untilThen}</p>
<p>${changeEmail.told}</p>`,
      footer: html`<a href="${context.path("/account")}">${changeEmail.toAccount}</a>`,
    }),
  };
}

/** Asks before it changes data: mail scanners open links too. */
// Row VE-02.
export function confirmChangePage(
  context: RouteContext,
  { token, email, ...model }: FormModel & { token: string; email: string },
): Page {
  const { confirm: confirmEmailChange } = context.messages.emailChange;
  return formPage(context, model, {
    title: confirmEmailChange.title,
    intro: confirmEmailChange.sentence(email),
    // Another account could take over this address, and then the password of its owner. Attack A-PH-04.
    explanation: context.auth.user === null ? confirmEmailChange.onlyYours : confirmEmailChange.explanation,
    action: "/confirm-email-change",
    submit: confirmEmailChange.submit,
    fields: () => hiddenField("token", token),
    footer: confirmEmailChange.notMe,
  });
}
