import type { Core } from "../core.ts";
import { pageLimit } from "../page-limit.ts";
import { LAST_ID, type ListedEventRow, listEvents } from "./queries.ts";

/** A row of the audit, as operators see it. */
export interface AuditRecord {
  /** A UUID of version 7: ids sort by time. */
  id: string;
  /** UTC milliseconds, as all times here. */
  time: number;
  event: string;
  /** The id of the actor; `operator` for the command line, null for a stranger. */
  actor: string | null;
  /** The id of the account it concerns. */
  subject: string | null;
  requestId: string | null;
  /** In full for 90 days, then only its network. */
  address: string | null;
  userAgent: string | null;
  detail: Record<string, unknown>;
}

/** The filters of a list of the audit. Each is optional. */
export interface AuditQuery {
  /** A user id, or `operator`. */
  actor?: string | undefined;
  /** A user id. */
  subject?: string | undefined;
  event?: string | undefined;
  /** Only rows before this id: the last one of the previous page. */
  before?: string | undefined;
  /** Default 50, at most 1,000. */
  limit?: number | undefined;
}

const LIMIT = 50;
const MAXIMUM_LIMIT = 1000;

/** A forged text in the database must not end the list. */
function readDetail(detail: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(detail);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below.
  }
  return { unreadable: detail };
}

function record(row: ListedEventRow): AuditRecord {
  const { id, time, event, actor, subject, address } = row;
  const detail = readDetail(row.detail);
  return {
    id,
    time,
    event,
    actor,
    subject,
    requestId: row.request_id,
    address,
    userAgent: row.user_agent,
    detail,
  };
}

/** A page of the audit, newest first; `next` is the `before` of the next page. */
export async function listAudit(
  core: Core,
  { actor = "", subject = "", event, before = LAST_ID, limit = LIMIT }: AuditQuery = {},
): Promise<{ records: AuditRecord[]; next: string | null }> {
  const which = actor === "" ? (subject === "" ? "all" : "subject") : subject === "" ? "actor" : "both";
  const wanted = pageLimit(limit, MAXIMUM_LIMIT);
  const rows = await listEvents[which](core.db, before, wanted + 1, event ?? "", actor, subject);
  const page = rows.slice(0, wanted);
  return { records: page.map(record), next: rows.length > wanted ? (page.at(-1)?.id ?? null) : null };
}
