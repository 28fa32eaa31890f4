import type { AccountLink } from "../../core/feature/index.ts";
import { timeElement } from "../../core/notices/index.ts";
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
  type Html,
  html,
  identifierForManagers,
  linkList,
  pageHeader,
} from "../../platform/html/index.ts";

/** The links that the features of this installation have in these sections of the account centre. */
function linksOf({ core, messages, path }: RouteContext, wanted: readonly AccountLink["section"][]): Html {
  const links = core.features.accountLinks
    .filter(({ section }) => wanted.includes(section))
    .map((link) => ({
      href: path(link.path),
      label: link.label(messages),
      description: link.description?.(messages) ?? "",
    }));
  return links.length === 0 ? html`` : linkList(links);
}

/** The account centre: the signed-in account, and links to its settings. */
export function accountPage(context: RouteContext, user: User): Page {
  const { account, common } = context.messages;
  const confirmed = user.emailVerified
    ? badge(account.emailConfirmed, "success")
    : badge(account.emailNotConfirmed, "warning");
  return {
    title: account.title,
    width: "content",
    body: html`${pageHeader({ title: account.title, intro: account.intro })}
${card({
  title: user.username ?? user.email,
  level: 2,
  children: html`${definitionList([
    { term: common.emailLabel, description: html`${user.email} ${confirmed}` },
    ...(user.username === null ? [] : [{ term: common.usernameLabel, description: user.username }]),
    { term: account.memberSince, description: timeElement(context, user.createdAt, { asDate: true }) },
  ])}${linksOf(context, ["profile"])}`,
})}
${card({ title: account.securityTitle, level: 2, children: linksOf(context, ["security", "devices", "activity"]) })}
${card({ title: account.dataTitle, level: 2, children: linksOf(context, ["data"]) })}`,
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
  });
}
