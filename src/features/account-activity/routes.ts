import { operationRoute, type Route, showPage } from "../../core/requests/index.ts";
import { activityJson, listActivity } from "./list-activity.ts";
import { activityPage } from "./pages.ts";

export const accountActivityRoutes: Route[] = [
  operationRoute({
    method: "GET",
    path: "/account/activity",
    operation: listActivity,
    query: ["cursor"],
    success: { body: { events: "Activity[]", next_cursor: "string or null" } },
    answer: (context, page) =>
      showPage(activityPage(context, page), {
        events: page.events.map(activityJson),
        next_cursor: page.next,
      }),
  }),
];
