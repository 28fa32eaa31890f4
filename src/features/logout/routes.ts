import { everyone } from "../../core/operations/index.ts";
import {
  blank,
  operationRoute,
  type Reply,
  type Route,
  type RouteContext,
  route,
  sendTo,
  showPage,
} from "../../core/requests/index.ts";
import { logout } from "./logout.ts";
import { logoutPage } from "./pages.ts";

/** Clears the browser's copies of the account's pages; `"cookies"` would wipe the whole domain. */
// Row LO-04.
export const clearSiteData = { "Clear-Site-Data": '"cache", "storage"' };

function loggedOut(context: RouteContext): Reply {
  context.flash(context.messages.logout.flash.signedOut, "success");
  return { ...sendTo(context.path("/login"), { status: 204 }), headers: clearSiteData };
}

export const logoutRoutes: Route[] = [
  route({
    method: "GET",
    path: "/logout",
    summary: "Asks whether to log out, without ending the session",
    access: everyone,
    success: { body: { csrf_token: "string" } },
    handle(context) {
      const body = { csrf_token: context.auth.csrfToken };
      if (context.auth.user === null) return sendTo(context.path("/login"), { status: 200, body });
      return showPage(logoutPage(context, blank), body);
    },
  }),
  operationRoute({
    method: "POST",
    path: "/logout",
    operation: logout,
    success: { status: 204 },
    answer: loggedOut,
    // Another tab logged out, or a button was pressed twice.
    stale: (context) => (context.auth.user === null ? loggedOut(context) : undefined),
    form: (context, model) => logoutPage(context, model),
  }),
];
