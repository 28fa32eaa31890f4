import { all, run } from "../../platform/database/index.ts";
import type { SealedFields } from "./row-text.ts";

export const insertEvent = run<
  [
    id: string,
    time: number,
    event: string,
    actor: string | null,
    subject: string | null,
    requestId: string | null,
    address: string | null,
    userAgent: string | null,
    detail: string,
  ]
>(
  `INSERT INTO audit (id, time, event, actor, subject, request_id, address, user_agent, detail)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

/** Comes after every id. */
export const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

export interface EventRow {
  id: string;
  time: number;
  event: string;
  actor: string | null;
  subject: string | null;
  address: string | null;
  user_agent: string | null;
  detail: string;
}

/**
 * Events of an account, newest first, from the row before `before` on. Beginnings and renewals of sessions are left
 * out, since a row about the login or the password accompanies each.
 */
export const listEventsAbout = all<EventRow, [subject: string, before: string, limit: number]>(
  `SELECT id, time, event, actor, subject, address, user_agent, detail FROM audit
   WHERE subject = $1 AND id < $2 AND event NOT IN ('session_created', 'session_renewed')
   ORDER BY id DESC LIMIT $3`,
);

/**
 * Clears the origin of requests before signing in, such as registrations. They name no account, so that they reveal
 * none; they match by the device and address that the owner used.
 */
export const forgetOriginsOfRequests = run<[userId: string]>(
  `UPDATE audit SET address = NULL, user_agent = NULL
   WHERE subject IS NULL AND event LIKE '%requested' AND (address, coalesce(user_agent, '')) IN
     (SELECT address, coalesce(user_agent, '') FROM audit WHERE subject = $1 AND actor = $1)`,
);

/** Clears the origin of all events that concern an account. No seal covers it. */
export const forgetOriginsAbout = run<[userId: string]>(
  `UPDATE audit SET address = NULL, user_agent = NULL
   WHERE subject = $1 AND (address IS NOT NULL OR user_agent IS NOT NULL)`,
);

/** The same for what the account did to others. A partial index of those few rows serves it. */
export const forgetOriginsOfActor = run<[userId: string]>(
  "UPDATE audit SET address = NULL, user_agent = NULL WHERE actor = $1 AND actor IS NOT subject",
);

/** Rows with a full origin that is older than allowed. */
export const findFullOrigins = all<{ id: string; address: string | null }, [before: number, limit: number]>(
  `SELECT id, address FROM audit
   WHERE time < $1 AND (user_agent IS NOT NULL OR instr(address, '/') = 0) LIMIT $2`,
);

export const shortenOrigin = run<[id: string, address: string | null]>(
  "UPDATE audit SET address = $2, user_agent = NULL WHERE id = $1",
);

/**
 * A forged row may hold numbers that JavaScript can't represent. Clamped to the range of times they stay wrong, but
 * don't crash the reader.
 */
export const clamped = (column: string, table = "audit"): string =>
  `max(min(${table}.${column}, 8640000000000000), -8640000000000000) AS ${column}`;

export interface ListedEventRow extends SealedFields {
  address: string | null;
  user_agent: string | null;
}

type Filters = [before: string, limit: number, event: string, actor: string, subject: string];

const listed = (whose: string) =>
  all<ListedEventRow, Filters>(
    `SELECT id, ${clamped("time")}, event, actor, subject, request_id, address, user_agent, detail
     FROM audit WHERE id < $1 AND ($3 = '' OR event = $3) AND ${whose}
     ORDER BY id DESC LIMIT $2`,
  );

/** Newest first. A separate text for each pair of filters, so that an index serves each; an actor needs two. */
export const listEvents = {
  all: listed("$4 = '' AND $5 = ''"),
  actor: listed("((subject = $4 AND actor = $4) OR (actor = $4 AND actor IS NOT subject)) AND $5 = ''"),
  subject: listed("subject = $5 AND $4 = ''"),
  both: listed("subject = $5 AND actor = $4"),
};
