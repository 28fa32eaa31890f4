import type { AccountLink } from "../../core/feature/index.ts";
import { hasPassword } from "../../core/password-trials/index.ts";
import {
  type FormModel,
  formPage,
  newPasswordField,
  type Page,
  type RouteContext,
} from "../../core/requests/index.ts";
import type { User } from "../../core/users/index.ts";
import {
  badge,
  card,
  definitionList,
  html,
  identifierForManagers,
  linkList,
  pageHeader,
} from "../../platform/html/index.ts";
import { iso } from "../../platform/time/index.ts";

/** The features' links in a section of the account centre. */
function linksOf({ core, messages, path }: RouteContext, wanted: AccountLink["section"]) {
  return core.features.accountLinks
    .filter(({ section }) => section === wanted)
    .map((link) => ({
      href: path(link.path),
      label: link.label(messages),
      description: link.description?.(messages) ?? "",
    }));
}

/** The account centre: the signed-in account, and links to its settings. */
export function accountPage(context: RouteContext, user: User): Page {
  const { account, common } = context.messages;
  const section = (name: AccountLink["section"], title: string) =>
    card({ title, level: 2, children: linkList(linksOf(context, name)) });
  const confirmed = user.emailVerified
    ? badge(account.emailConfirmed, "success")
    : badge(account.emailNotConfirmed, "warning");
  const since = iso(user.createdAt).slice(0, 10);
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
${section("security", account.securityTitle)}
${section("data", account.dataTitle)}`,
  };
}

/** The form for changing the password; for the first one of an account that has none. */
export async function changePasswordPage(context: RouteContext, model: FormModel): Promise<Page> {
  const { core, messages, auth } = context;
  const { common, account } = messages;
  const { user } = auth.requireSession();
  const changes = await hasPassword(core.db, user.id);
  const { title, intro, submit } = changes ? account.changePassword : account.firstPassword;
  return formPage(context, model, {
    title,
    intro,
    action: "/account/password",
    submit,
    fields: (field) =>
      html`${identifierForManagers(user.email)}${
        changes
          ? field({
              name: "current_password",
              label: account.changePassword.currentLabel,
              type: "password",
              autocomplete: "current-password",
              required: true,
              autofocus: true,
            })
          : ""
      }${field(newPasswordField(context, common.newPasswordLabel))}`,
    footer: html`<a href="${context.path("/account")}">${common.back}</a>`,
  });
}
