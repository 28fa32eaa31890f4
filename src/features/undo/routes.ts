import { everyone } from "../../core/operations/index.ts";
import {
  askAgain,
  blank,
  operationRoute,
  type Route,
  route,
  sendTo,
  sentToken,
  showPage,
} from "../../core/requests/index.ts";
import { undoPage } from "./pages.ts";
import { inspectUndo, reportNotMe } from "./undo.ts";

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
      return showPage(undoPage(context, { token, email, ...blank }), { csrf_token: auth.csrfToken, email });
    },
  }),
  operationRoute({
    method: "POST",
    path: "/undo",
    operation: reportNotMe,
    newLinkPath: "/forgot-password",
    success: { body: { status: "string" } },
    answer(context, { email, mailed }) {
      const { undone, undoneDisabled } = context.messages.undo.flash;
      context.flash(mailed ? undone(email) : undoneDisabled, mailed ? "success" : "warning");
      return sendTo(context.path("/login"), { status: 200, body: { status: "undone" } });
    },
    stale: (context) =>
      askAgain(context, async (model) => {
        const token = await sentToken(context);
        const { address: email } = await inspectUndo(context.core, token, context.facts);
        return undoPage(context, { token, email, ...model });
      }),
  }),
];
