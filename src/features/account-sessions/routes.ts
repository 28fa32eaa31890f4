import { operationRoute, type Route, sendTo, showPage } from "../../core/requests/index.ts";
import { clearSiteData } from "../logout/index.ts";
import { endOtherSessions, endSession } from "./end-sessions.ts";
import { listedSessionJson, listSessions } from "./list-sessions.ts";
import { sessionsPage } from "./pages.ts";

export const accountSessionsRoutes: Route[] = [
  operationRoute({
    method: "GET",
    path: "/account/sessions",
    operation: listSessions,
    success: { body: { sessions: "ListedSession[]" } },
    answer: (context, { sessions }) =>
      showPage(sessionsPage(context, sessions), { sessions: sessions.map(listedSessionJson) }),
  }),
  operationRoute({
    method: "POST",
    path: "/account/sessions/:id/end",
    operation: endSession,
    success: { body: { status: "string" } },
    answer(context, { current }) {
      const { messages } = context;
      context.flash(
        current ? messages.logout.flash.signedOut : messages.accountSessions.flash.sessionEnded,
        "success",
      );
      const next = context.path(current ? "/login" : "/account/sessions");
      const reply = sendTo(next, { status: 200, body: { status: "ended" } });
      return current ? { ...reply, headers: clearSiteData } : reply;
    },
  }),
  operationRoute({
    method: "POST",
    path: "/account/sessions/end-others",
    operation: endOtherSessions,
    success: { body: { status: "string", sessions: "integer" } },
    answer(context, { sessions }) {
      context.flash(context.messages.accountSessions.flash.otherSessionsEnded(sessions), "success");
      return sendTo(context.path("/account/sessions"), { status: 200, body: { status: "ended", sessions } });
    },
  }),
];
