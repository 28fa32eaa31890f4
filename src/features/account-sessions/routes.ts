import { type Route, route, sendTo, showPage, signedIn } from "../../core/requests/index.ts";
import { clearSiteData } from "../logout/index.ts";
import { endOtherSessions, endOwnSession } from "./end-sessions.ts";
import { listedSessionJson, listSessions } from "./list-sessions.ts";
import { sessionsPage } from "./pages.ts";

export const accountSessionsRoutes: Route[] = [
  route({
    method: "GET",
    path: "/account/sessions",
    summary: "Where somebody is logged in, and which logins ended lately and why",
    access: signedIn,
    success: { body: { sessions: "ListedSession[]" } },
    async handle(context) {
      const { user, session } = context.auth.requireSession();
      const sessions = await listSessions(context.core, {
        userId: user.id,
        currentId: session.id,
        locale: context.auth.locale,
      });
      return showPage(sessionsPage(context, sessions), { sessions: sessions.map(listedSessionJson) });
    },
  }),
  route({
    method: "POST",
    path: "/account/sessions/:id/end",
    summary: "Ends one of one's own sessions; the present one as by logging out",
    access: { to: "signed-in", fresh: "submit" },
    refusals: ["not_found"],
    success: { body: { status: "string" } },
    async handle(context) {
      const { core, auth, facts, messages, params } = context;
      const { current } = await endOwnSession(core, auth.requireSession(), params.id ?? "", facts);
      if (current) auth.signOut();
      context.flash(
        current ? messages.logout.flash.signedOut : messages.accountSessions.flash.sessionEnded,
        "success",
      );
      const next = context.path(current ? "/login" : "/account/sessions");
      const reply = sendTo(next, { status: 200, body: { status: "ended" } });
      return current ? { ...reply, headers: clearSiteData } : reply;
    },
  }),
  route({
    method: "POST",
    path: "/account/sessions/end-others",
    summary: "Ends all of one's own sessions but the present one",
    access: { to: "signed-in", fresh: "submit" },
    success: { body: { status: "string", sessions: "integer" } },
    async handle(context) {
      const { core, auth, facts, messages } = context;
      const sessions = await endOtherSessions(core, auth.requireSession(), facts);
      context.flash(messages.accountSessions.flash.otherSessionsEnded(sessions), "success");
      return sendTo(context.path("/account/sessions"), { status: 200, body: { status: "ended", sessions } });
    },
  }),
];
