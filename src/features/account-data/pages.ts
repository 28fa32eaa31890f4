import { formatTime } from "../../core/notices/index.ts";
import { durationInWords } from "../../core/outbox/index.ts";
import { type FormModel, formPage, type Page, type RouteContext } from "../../core/requests/index.ts";
import { html, prose } from "../../platform/html/index.ts";

/** Says what the file holds. After too many downloads it says when the next one is possible. */
export function downloadPage(context: RouteContext, model: FormModel): Page {
  const { core, messages } = context;
  const { download } = messages.accountData;
  const contents = prose(html`<h2>${download.whatTitle}</h2>
<ul><li>${download.whatOfYours}</li><li>${download.whatOfDevices}</li><li>${download.whatOfMails}</li></ul>
<p>${download.format}</p>
<p>${download.limit(core.settings.downloadsPerAccount)}</p>`);
  return formPage(context, model, {
    title: download.title,
    intro: download.intro,
    action: "/account/export",
    submit: download.submit,
    fields: () => contents,
  });
}

/** Names what is deleted, when, and how to keep it, before it asks for the address. */
export function deleteAccountPage(context: RouteContext, model: FormModel): Page {
  const { auth, core, messages, path } = context;
  const { accountData: deleteAccount } = messages;
  const { deletionGraceMs } = core.settings.lifetimes;
  const date = formatTime(messages, core.clock.now() + deletionGraceMs);
  const explanation = prose(html`<h2>${deleteAccount.whatTitle}</h2>
<ul><li>${deleteAccount.whatOfYours}</li><li>${deleteAccount.whatOfAccess}</li><li>${deleteAccount.whatOfTraces}</li></ul>
<h2>${deleteAccount.whenTitle}</h2>
<p>${deleteAccount.when(date)}</p>
<p>${deleteAccount.keep}</p>
<p><a href="${path("/account/export")}">${deleteAccount.exportHint}</a></p>`);
  return formPage(context, model, {
    title: deleteAccount.title,
    intro: deleteAccount.intro(durationInWords(messages, deletionGraceMs)),
    action: "/account/delete",
    submit: deleteAccount.submit,
    submitVariant: "danger",
    fields: (field) =>
      html`${explanation}${field({
        name: "confirm",
        label: deleteAccount.confirmLabel,
        type: "email",
        hint: deleteAccount.confirmHint(auth.user?.email ?? ""),
        autocomplete: "off",
        inputmode: "email",
        required: true,
      })}`,
    cancel: { path: "/account", label: deleteAccount.cancel },
  });
}
