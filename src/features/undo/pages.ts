import { type FormModel, formPage, type Page, type RouteContext } from "../../core/requests/index.ts";
import { hiddenField, html } from "../../platform/html/index.ts";

/** Explains the button in plain words, whichever notice led here. */
export function undoPage(
  context: RouteContext,
  { token, email, ...model }: FormModel & { token: string; email: string },
): Page {
  const { undo } = context.messages;
  const steps = [
    undo.restored(email),
    undo.loggedOut,
    undo.passwordOff,
    undo.deletionStopped,
    undo.mailed(email),
  ];
  return formPage(context, model, {
    title: undo.title,
    intro: undo.intro,
    action: "/undo",
    submit: undo.submit,
    submitVariant: "danger",
    fields: () => html`<ul>${steps.map((step) => html`<li>${step}</li>`)}</ul>${hiddenField("token", token)}`,
    footer: undo.itWasMe,
  });
}
