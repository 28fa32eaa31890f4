import {
  blank,
  emailField,
  type FormModel,
  formPage,
  newPasswordField,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import { hiddenField, html, identifierForManagers } from "../../platform/html/index.ts";
import type { ConfirmationSubject } from "./confirm-email.ts";

interface ConfirmModel extends FormModel {
  token: string;
  subject: ConfirmationSubject;
}

/** Asks before it confirms; a browser other than the registering one chooses the password here. */
// Row VE-03.
export function confirmPage(context: RouteContext, { token, subject, ...model }: ConfirmModel): Page {
  const { common, emailConfirmation: confirmEmail } = context.messages;
  const { email } = subject.kind === "registration" ? subject.pending : subject.user;
  const mustChoose = !subject.sameBrowser;
  return formPage(context, model, {
    title: mustChoose ? confirmEmail.choosePasswordTitle : confirmEmail.title,
    intro: confirmEmail.sentence(email),
    explanation: mustChoose ? confirmEmail.choosePasswordIntro : undefined,
    action: "/confirm-email",
    submit: mustChoose ? confirmEmail.choosePasswordSubmit : confirmEmail.submit,
    fields: (field) =>
      html`${hiddenField("token", token)}${
        model.problems.username &&
        field({ name: "username", label: common.usernameLabel, autocomplete: "username" })
      }${mustChoose && html`${identifierForManagers(email)}${field(newPasswordField(context, common.newPasswordLabel))}`}`,
    footer: confirmEmail.notMe,
  });
}

/** The way to a new link. */
export function expiredLinkPage(context: RouteContext, model: FormModel = blank): Page {
  const { common, emailConfirmation: confirmEmail } = context.messages;
  return formPage(context, model, {
    title: common.newLink,
    intro: confirmEmail.newLinkIntro,
    action: "/confirm-email/resend",
    submit: confirmEmail.newLinkSubmit,
    fields: (field) => field(emailField(context)),
  });
}
