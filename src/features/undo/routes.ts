import * as v from "valibot";
import { everyone, line, type Route, route, sendTo, showPage } from "../../core/requests/index.ts";
import { undoPage } from "./pages.ts";
import { inspectUndo, undoChange } from "./undo.ts";

export const undoRoutes: Route[] = [
  route({
    method: "GET",
    path: "/undo",
    summary: 'Says what "this wasn\'t me" does; changes nothing',
    access: everyone,
    refusals: ["link_invalid", "too_many_attempts"],
    newLinkPath: "/forgot-password",
    query: ["token"],
    movesToken: true,
    success: { body: { csrf_token: "string", email: "string" } },
    async handle(context) {
      const { core, auth, facts, linkToken: token } = context;
      const { address: email } = await inspectUndo(core, token, facts);
      return showPage(undoPage(context, { token, email }), { csrf_token: auth.csrfToken, email });
    },
  }),
  route({
    method: "POST",
    path: "/undo",
    summary:
      "Puts the address back, ends every session, switches the password off and mails a way to a new one",
    access: everyone,
    input: v.object({ token: line() }),
    refusals: ["link_invalid", "email_taken", "too_many_attempts"],
    newLinkPath: "/forgot-password",
    success: { body: { status: "string" } },
    async handle(context, { token }) {
      const { core, auth, facts, messages } = context;
      const { userId, email, mailed } = await undoChange(core, token, facts);
      if (auth.user?.id === userId) auth.signOut();
      const { undone, undoneDisabled } = messages.undo.flash;
      context.flash(mailed ? undone(email) : undoneDisabled, mailed ? "success" : "warning");
      return sendTo(context.path("/login"), { status: 200, body: { status: "undone" } });
    },
  }),
];
