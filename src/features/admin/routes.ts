import { type Route, route, showPage } from "../../core/requests/index.ts";
import { userJson } from "../../core/users/index.ts";
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
          created_at: new Date(user.createdAt).toISOString(),
        })),
        next_cursor: next,
      };
      return showPage(usersPage(context, { users, next, query }), body);
    },
  }),
];
