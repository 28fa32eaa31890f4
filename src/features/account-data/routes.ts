import { formatTime } from "../../core/notices/index.ts";
import { blank, operationRoute, type Route, route, sendTo, showPage } from "../../core/requests/index.ts";
import { iso } from "../../platform/time/index.ts";
import { clearSiteData } from "../logout/index.ts";
import { exportAccount, exportFileName } from "./export-account.ts";
import { deleteAccountPage } from "./pages.ts";
import { requestDeletion } from "./request-deletion.ts";

export const accountDataRoutes: Route[] = [
  operationRoute({
    method: "GET",
    path: "/account/export",
    operation: exportAccount,
    success: {
      body: {
        exported_at: "string",
        site: "string",
        user: "object",
        sessions: "ListedSession[]",
        devices: "object[]",
        activity: "Activity[]",
        pending: "object[]",
        mails: "object[]",
        application: "object",
      },
    },
    answer({ core }, { account }) {
      const headers = { "Content-Disposition": `attachment; filename="${exportFileName(core)}"` };
      return { html: "json", json: { status: 200, body: account }, headers };
    },
  }),
  route({
    method: "GET",
    path: "/account/delete",
    summary: "Says what deleting the account means, and asks for its address",
    access: { to: "signed-in", fresh: "open" },
    success: { body: { csrf_token: "string" } },
    handle: (context) =>
      showPage(deleteAccountPage(context, blank), {
        csrf_token: context.auth.csrfToken,
      }),
  }),
  operationRoute({
    method: "POST",
    path: "/account/delete",
    operation: requestDeletion,
    success: { body: { status: "string", delete_after: "string", csrf_token: "string" } },
    answer(context, { deleteAfter }) {
      const { messages } = context;
      context.flash(
        messages.accountData.flash.deletionScheduled(formatTime(messages, deleteAfter)),
        "warning",
      );
      const body = { status: "deletion_scheduled", delete_after: iso(deleteAfter) };
      return { ...sendTo(context.path("/login"), { status: 200, body }), headers: clearSiteData };
    },
    form: (context, model) => deleteAccountPage(context, model),
  }),
];
