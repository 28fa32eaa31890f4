import { type Route, route, showPage, signedIn } from "../../core/requests/index.ts";
import { activityJson, listActivity } from "./list-activity.ts";
import { activityPage } from "./pages.ts";

export const accountActivityRoutes: Route[] = [
  route({
    method: "GET",
    path: "/account/activity",
    summary: "The account's own security events in plain words, newest first",
    access: signedIn,
    query: ["cursor"],
    success: { body: { events: "Activity[]", next_cursor: "string or null" } },
    async handle(context) {
      const { auth, core, query } = context;
      const page = await listActivity(core, auth.requireLogin().id, {
        cursor: query.cursor,
        locale: auth.locale,
      });
      const body = { events: page.events.map(activityJson), next_cursor: page.next };
      return showPage(activityPage(context, page), body);
    },
  }),
];
