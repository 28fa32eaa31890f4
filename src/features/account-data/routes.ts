import { formatTime } from "../../core/notices/index.ts";
import { runOperation } from "../../core/operations/index.ts";
import {
  blank,
  operationRoute,
  type Reply,
  type Route,
  route,
  type Success,
  sendTo,
  showPage,
} from "../../core/requests/index.ts";
import { iso } from "../../platform/time/index.ts";
import { clearSiteData } from "../logout/index.ts";
import type { AccountDownload } from "./download.ts";
import { exportAccount } from "./export-account.ts";
import { deleteAccountPage, downloadPage } from "./pages.ts";
import { requestDeletion } from "./request-deletion.ts";

const exported: Success = {
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
};

/** A file to keep, for browsers and programs. */
function fileOf({ fileName, stream }: AccountDownload): Reply {
  const headers = { "Content-Disposition": `attachment; filename="${fileName}"` };
  return { html: "json", json: { status: 200, body: stream }, headers };
}

export const accountDataRoutes: Route[] = [
  route({
    method: "GET",
    path: "/account/export",
    summary: "Says what the download holds; programs get it at once",
    access: { to: "signed-in", fresh: "open" },
    refusals: ["too_many_attempts"],
    success: exported,
    async handle(context) {
      // A page alone uses up no download.
      if (!context.json) return showPage(downloadPage(context, blank), {});
      const { download } = await runOperation(context.core, exportAccount, {}, context.call);
      return fileOf(download);
    },
  }),
  operationRoute({
    method: "POST",
    path: "/account/export",
    operation: exportAccount,
    success: exported,
    answer: (_, { download }) => fileOf(download),
    form: downloadPage,
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
