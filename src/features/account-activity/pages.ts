import { timeElement } from "../../core/notices/index.ts";
import type { Page, RouteContext } from "../../core/requests/index.ts";
import { badge, dataTable, emptyState, html, linkButton, pageHeader } from "../../platform/html/index.ts";
import type { Activity, ActivityPage } from "./list-activity.ts";

function cells(context: RouteContext, { event, text, time, device, address }: Activity) {
  const { core, messages } = context;
  const { unknown } = messages.common;
  const isRefusal = core.features.events.get(event)?.level === "warn";
  const said = html`${text} ${isRefusal && badge(messages.accountActivity.refused, "warning")}`;
  return [said, timeElement(context, time), device ?? unknown, address ?? unknown];
}

/** The events of an account, for its owner. */
export function activityPage(context: RouteContext, { events, next }: ActivityPage): Page {
  const { messages, path, query } = context;
  const { accountActivity: activity, common } = messages;
  const { event, time } = activity.columns;
  const { device, address } = common.labels;
  const list =
    events.length === 0
      ? emptyState({ title: activity.emptyTitle, description: activity.emptyHint })
      : dataTable({
          caption: activity.caption,
          hideCaption: true,
          columns: [event, time, device, address],
          rows: events.map((each) => cells(context, each)),
        });
  const older =
    next !== null &&
    linkButton({ href: `${path("/account/activity")}?cursor=${next}`, label: activity.older });
  const newest =
    query.cursor !== undefined &&
    linkButton({ href: path("/account/activity"), label: activity.newest, variant: "quiet" });
  const intro = html`${activity.intro} <a href="${path("/account/password")}">${activity.changePassword}</a>`;
  return {
    title: activity.title,
    width: "content",
    body: html`${pageHeader({ title: activity.title, intro })}
${list}
${(older || newest) && html`<div class="actions">${older}${newest}</div>`}`,
  };
}
