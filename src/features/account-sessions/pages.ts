import { timeElement } from "../../core/notices/index.ts";
import type { Page, RouteContext } from "../../core/requests/index.ts";
import { lookUp } from "../../core/words/index.ts";
import {
  badge,
  type Content,
  dataTable,
  form,
  type Html,
  html,
  pageHeader,
  submitButton,
} from "../../platform/html/index.ts";
import type { ListedSession } from "./list-sessions.ts";

/** The current session ends by logging out, which needs no fresh proof. */
function endButton({ auth, messages, path }: RouteContext, session: ListedSession): Html {
  const { end, endWhich } = messages.accountSessions;
  const { unknown } = messages.common.devices;
  return form({
    action: path(session.current ? "/logout" : `/account/sessions/${session.id}/end`),
    csrfField: auth.csrfField,
    children: html`<button class="button button-secondary" type="submit">${end} <span class="visually-hidden">${endWhich(session.device ?? unknown)}</span></button>`,
  });
}

function liveCells(context: RouteContext, session: ListedSession): Content[] {
  const { messages } = context;
  const { accountSessions: words, common } = messages;
  return [
    html`${session.device ?? common.devices.unknown} ${session.current && badge(words.current, "accent")}${session.remembered && badge(words.remembered)}`,
    session.address ?? common.unknown,
    timeElement(context, session.createdAt),
    session.current ? words.now : timeElement(context, session.lastSeenAt),
    endButton(context, session),
  ];
}

function endedCells(context: RouteContext, session: ListedSession): Content[] {
  const { messages } = context;
  const { common, endedShort } = messages;
  return [
    session.device ?? common.devices.unknown,
    session.address ?? common.unknown,
    timeElement(context, session.endedAt ?? 0),
    lookUp(endedShort, session.endedReason ?? "ended_by_operator") ?? common.unknown,
  ];
}

/** The live sessions of the account, with a button to end each, and the recently ended ones. */
export function sessionsPage(context: RouteContext, sessions: readonly ListedSession[]): Page {
  const { auth, messages, path } = context;
  const { accountSessions: words, common } = messages;
  const live = sessions.filter(({ endedAt }) => endedAt === null);
  const over = sessions.filter(({ endedAt }) => endedAt !== null);
  const { device, address } = common.labels;
  const { created, lastUse, action } = words.columns;
  const endOthers =
    live.length > 1 &&
    form({
      action: path("/account/sessions/end-others"),
      csrfField: auth.csrfField,
      children: html`${submitButton(words.endOthers, "secondary")}<p class="field-hint">${words.endOthersHint}</p>`,
    });
  const endedList =
    over.length > 0 &&
    dataTable({
      caption: words.endedCaption,
      columns: [device, address, words.endedColumns.ended, words.endedColumns.reason],
      rows: over.map((session) => endedCells(context, session)),
    });
  return {
    title: words.title,
    width: "content",
    body: html`${pageHeader({ title: words.title, intro: words.intro, ...(endOthers ? { actions: endOthers } : {}) })}
${dataTable({
  caption: words.caption,
  columns: [device, address, created, lastUse, action],
  rows: live.map((session) => liveCells(context, session)),
})}
${endedList}`,
  };
}
