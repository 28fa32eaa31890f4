import { timeElement } from "../../core/notices/index.ts";
import type { Page, RouteContext } from "../../core/requests/index.ts";
import {
  badge,
  type Content,
  dataTable,
  emptyState,
  form,
  html,
  linkButton,
  pageHeader,
  selectField,
  submitButton,
  textField,
} from "../../platform/html/index.ts";
import type { ManagedUser } from "./users.ts";

interface UsersModel {
  users: ManagedUser[];
  next: string | null;
  query: Record<string, string>;
  /** The columns that features add: their labels, and the text of the cell for each user id. */
  more: readonly { label: string; cells: ReadonlyMap<string, Content> }[];
}

function userCells(context: RouteContext, user: ManagedUser) {
  const { status } = context.messages.admin;
  const state =
    user.status === "disabled"
      ? badge(status.disabled, "error")
      : user.emailVerified
        ? badge(status.active, "success")
        : badge(status.unconfirmed, "warning");
  return [
    html`${user.email}${user.username !== null && html`<br><small>${user.username}</small>`}`,
    html`${user.roles.map((role) => badge(role, role === "admin" ? "accent" : "neutral"))}`,
    state,
    timeElement(context, user.createdAt),
  ];
}

export function usersPage(context: RouteContext, { users, next, query, more }: UsersModel): Page {
  const { messages, path, core } = context;
  const { admin: adminUsers } = messages;
  const roles = [...new Set(["user", "admin", ...Object.keys(core.settings.roles)])];
  const filters = form({
    method: "get",
    action: path("/admin/users"),
    children: html`<div class="form-row">${textField({ name: "query", label: adminUsers.searchLabel, type: "search", value: query.query ?? "", autocomplete: "off" })}${selectField({ name: "role", label: adminUsers.roleLabel, value: query.role ?? "", options: [{ value: "", label: adminUsers.anyRole }, ...roles.map((role) => ({ value: role, label: role }))] })}${selectField(
      {
        name: "status",
        label: adminUsers.statusLabel,
        value: query.status ?? "",
        options: [
          { value: "", label: adminUsers.anyStatus },
          { value: "active", label: adminUsers.status.active },
          { value: "disabled", label: adminUsers.status.disabled },
        ],
      },
    )}${submitButton(adminUsers.search, "secondary")}</div>`,
  });
  const { user, roles: rolesColumn, status, created } = adminUsers.columns;
  const list =
    users.length === 0
      ? emptyState({ title: adminUsers.emptyTitle, description: adminUsers.emptyHint })
      : dataTable({
          caption: adminUsers.caption,
          hideCaption: true,
          columns: [user, rolesColumn, status, created, ...more.map(({ label }) => label)],
          rows: users.map((entry) => [
            ...userCells(context, entry),
            ...more.map(({ cells }) => cells.get(entry.id) ?? ""),
          ]),
        });
  const further =
    next !== null &&
    linkButton({
      href: `${path("/admin/users")}?${new URLSearchParams({ ...query, cursor: next })}`,
      label: adminUsers.nextPage,
      variant: "secondary",
    });
  return {
    title: adminUsers.title,
    width: "content",
    body: html`${pageHeader({ title: adminUsers.title })}${filters}${list}${further}`,
  };
}
