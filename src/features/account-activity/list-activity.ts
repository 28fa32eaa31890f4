import * as v from "valibot";
import { type EventRow, LAST_ID, listEventsAbout } from "../../core/audit/index.ts";
import type { Core } from "../../core/core.ts";
import { describeKnownDevice } from "../../core/notices/index.ts";
import { operation, signedIn } from "../../core/operations/index.ts";
import { cursorField } from "../../core/requests/index.ts";
import type { Messages } from "../../core/words/index.ts";
import { open, seal } from "../../platform/crypto/index.ts";
import { rowsInPages } from "../../platform/database/index.ts";
import { iso } from "../../platform/time/index.ts";
import { activityText, isByOthers, isShownToOwner } from "./activity-text.ts";

/** An event of an account, for its owner. */
export interface Activity {
  /** A UUID that names it in lists. */
  id: string;
  /** UTC milliseconds. */
  time: number;
  /** Its name, for programs. */
  event: string;
  /** A sentence in the reader's language. */
  text: string;
  /** Browser and system in words; null if they are unknown, or if another account acted. */
  device: string | null;
  /** The network address; null if none is stored, or if another account acted. */
  address: string | null;
}

/** A page of the account's activity, newest first. */
export interface ActivityPage {
  events: Activity[];
  /** The cursor of older events; null without any. */
  next: string | null;
}

const PAGE = 50;
/** Rows that the export reads at once. */
const EXPORT_PAGE = 100;

/** Sealed, so that a cursor works only for its next page. */
function cursorAt({ keys }: Core, { id }: EventRow): string {
  return seal(keys, "cursor", id).toString("base64url");
}

/** The newest event for an invalid cursor. */
function idAt({ keys }: Core, cursor: string | undefined): string {
  return open(keys, "cursor", Buffer.from(cursor ?? "", "base64url")) ?? LAST_ID;
}

function toActivity(messages: Messages, row: EventRow): Activity[] {
  const detail = JSON.parse(row.detail) as Record<string, unknown>;
  if (!isShownToOwner(row.event, detail)) return [];
  // The account's owner must not learn an administrator's address.
  const others = isByOthers(row);
  return [
    {
      id: row.id,
      time: row.time,
      event: row.event,
      text: activityText(messages, row, detail),
      device: others ? null : describeKnownDevice(messages, row.user_agent),
      address: others ? null : row.address,
    },
  ];
}

/**
 * The security events about an account, newest first, 50 a page. Events that the account only caused are about other
 * accounts. An invalid cursor begins with the newest.
 */
export async function activityOf(
  core: Core,
  userId: string,
  { cursor, locale }: { cursor?: string | undefined; locale: string | null },
): Promise<ActivityPage> {
  const messages = core.words(locale);
  const rows = await listEventsAbout(core.db, userId, idAt(core, cursor), PAGE + 1);
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  return {
    events: shown.flatMap((row) => toActivity(messages, row)),
    next: rows.length > PAGE && last !== undefined ? cursorAt(core, last) : null,
  };
}

/** Every stored event about an account, newest first, for the export. */
export async function* everyActivity(
  core: Core,
  userId: string,
  locale: string | null,
): AsyncGenerator<Record<string, unknown>> {
  const messages = core.words(locale);
  const rows = rowsInPages<EventRow>(EXPORT_PAGE, (last, limit) =>
    listEventsAbout(core.db, userId, last?.id ?? LAST_ID, limit),
  );
  for await (const row of rows)
    for (const activity of toActivity(messages, row)) yield activityJson(activity);
}

/** In JSON answers. The time is ISO 8601 in UTC. */
export function activityJson({ time, ...activity }: Activity): Record<string, unknown> {
  const { id, event, text, device, address } = activity;
  return { id, time: iso(time), event, text, device, address };
}

/** The security events of the signed-in account. */
export const listActivity = operation({
  summary: "The account's own security events in plain words, newest first",
  access: signedIn,
  input: v.object({ cursor: cursorField() }),
  run: (core, { cursor }, call) =>
    activityOf(core, call.requireAccount().user.id, { cursor, locale: call.facts.locale }),
});
