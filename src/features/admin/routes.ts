import { type Route, route, showPage } from "../../core/requests/index.ts";
import { userJson } from "../../core/users/index.ts";
import { iso } from "../../platform/time/index.ts";
import { usersPage } from "./pages.ts";
import { findUsers } from "./users.ts";

export const adminRoutes: Route[] = [
  route({
    method: "GET",
    path: "/admin/users",
    summary: "The list of users, searched and filtered",
    access: { to: "role", role: "admin" },
    query: ["query", "role", "status", "cursor"],
    success: { body: { users: "ManagedUser[]", next_cursor: "string or null" } },
    async handle(context) {
      const { core, query } = context;
      const { users, next } = await findUsers(core, query);
      const body = {
        users: users.map((user) => ({
          ...userJson(user, core.settings.userFields),
          status: user.status,
          created_at: iso(user.createdAt),
        })),
        next_cursor: next,
      };
      const more = await Promise.all(
        core.features.userColumns.map(async (column) => ({
          label: column.label(context.messages),
          cells: await column.cells(core, users, context.messages),
        })),
      );
      return showPage(usersPage(context, { users, next, query, more }), body);
    },
  }),
];
