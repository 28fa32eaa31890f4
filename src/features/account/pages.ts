import {
  type FormModel,
  fieldSentence,
  type Page,
  type RouteContext,
  summaryErrors,
} from "../../core/requests/index.ts";
import type { User } from "../../core/users/index.ts";
import {
  badge,
  card,
  definitionList,
  errorSummary,
  form,
  html,
  identifierForManagers,
  linkList,
  pageHeader,
  submitButton,
  textField,
} from "../../platform/html/index.ts";

/** The account centre: who you are here, and the way to everything that can be changed. */
export function accountPage({ messages, path }: RouteContext, user: User): Page {
  const { account, common } = messages;
  const confirmed = user.emailVerified
    ? badge(account.emailConfirmed, "success")
    : badge(account.emailNotConfirmed, "warning");
  const since = new Date(user.createdAt).toISOString().slice(0, 10);
  return {
    title: account.title,
    width: "content",
    body: html`${pageHeader({ title: account.title, intro: account.intro })}
${card({
  title: user.username ?? user.email,
  level: 2,
  children: definitionList([
    { term: common.emailLabel, description: html`${user.email} ${confirmed}` },
    ...(user.username === null ? [] : [{ term: common.usernameLabel, description: user.username }]),
    { term: account.memberSince, description: html`<time datetime="${since}">${since}</time>` },
  ]),
})}
${card({
  title: account.securityTitle,
  level: 2,
  children: linkList([{ href: path("/account/password"), ...account.links.password }]),
})}`,
  };
}

export function changePasswordPage(context: RouteContext, { problems, message }: FormModel): Page {
  const { messages, core, auth } = context;
  const { common, changePassword } = messages;
  const failed = message !== undefined || Object.keys(problems).length > 0;
  const error = (field: string) => {
    const sentence = fieldSentence(messages, problems, field);
    return sentence === undefined ? {} : { error: sentence };
  };
  return {
    title: changePassword.title,
    body: card({
      title: changePassword.title,
      intro: changePassword.intro,
      children: html`${failed && errorSummary({ title: common.errorSummaryTitle, errors: summaryErrors(messages, problems), ...(message === undefined ? {} : { message }) })}
${form({
  action: context.path("/account/password"),
  csrfField: auth.csrfField,
  children: html`${identifierForManagers(auth.user?.email ?? "")}${textField({ name: "current_password", label: changePassword.currentLabel, type: "password", autocomplete: "current-password", required: true, showPasswordLabel: common.showPassword, ...error("current_password") })}${textField({ name: "password", label: common.newPasswordLabel, type: "password", autocomplete: "new-password", required: true, hint: common.passwordHint(core.passwords.minimum), showPasswordLabel: common.showPassword, ...error("password") })}${submitButton(changePassword.submit)}`,
})}`,
      footer: html`<a href="${context.path("/account")}">${common.back}</a>`,
    }),
  };
}
