import * as v from "valibot";
import { formatTime } from "../../core/notices/index.ts";
import { blank, line, type Route, route, sendTo, showPage } from "../../core/requests/index.ts";
import { iso } from "../../platform/time/index.ts";
import { clearSiteData } from "../logout/index.ts";
import { exportAccount, exportFileName } from "./export-account.ts";
import { deleteAccountPage } from "./pages.ts";
import { requestDeletion } from "./request-deletion.ts";

export const accountDataRoutes: Route[] = [
  route({
    method: "GET",
    path: "/account/export",
    summary: "Everything that is kept about the account, as a JSON file",
    access: { to: "signed-in", fresh: "open" },
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
    async handle({ auth, core, facts }) {
      const body = await exportAccount(core, auth.requireSession(), facts);
      const headers = { "Content-Disposition": `attachment; filename="${exportFileName(core)}"` };
      return { html: "json", json: { status: 200, body }, headers };
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
  route({
    method: "POST",
    path: "/account/delete",
    summary: "Schedules the deletion of the account and ends all its sessions; signing in cancels it",
    access: { to: "signed-in", fresh: "submit" },
    input: v.object({ confirm: line() }),
    success: { body: { status: "string", delete_after: "string" } },
    async handle(context, { confirm }) {
      const { core, auth, facts, messages } = context;
      const deleteAfter = await requestDeletion(core, auth.requireSession(), confirm, facts);
      auth.signOut({ forgetDevice: true });
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
