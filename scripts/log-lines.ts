import * as v from "valibot";
import { eventMeanings } from "../src/core/feature/index.ts";
import { features } from "../src/features.ts";

/*
 * The shape of a line of the application's log, published as docs/log-line.schema.json. The tests check every line of
 * the whole walk against it. Row LG-02.
 */

/** Ids of requests. They can't break a line. */
const requestId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));
const fact = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const always = {
  time: v.pipe(v.string(), v.isoTimestamp()),
  level: v.picklist(["trace", "debug", "info", "warn", "error", "fatal"]),
};

const eventNames = Object.keys(eventMeanings(features)).sort();

/** A security event: the facts of its row of the audit, or a refusal without a row. */
const eventLine = v.pipe(
  v.objectWithRest(
    {
      ...always,
      event: v.picklist(eventNames),
      message: v.picklist(eventNames),
      actor: v.optional(v.nullable(v.string())),
      subject: v.optional(v.nullable(v.string())),
      address: v.optional(v.string()),
      request_id: v.optional(v.nullable(requestId)),
    },
    fact,
  ),
  v.title("A security event. Result and meaning follow from its name: see logging.md."),
);

const requestLine = v.pipe(
  v.strictObject({
    ...always,
    message: v.literal("request"),
    method: v.string(),
    path: v.pipe(v.string(), v.maxLength(200)),
    status: v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)),
    duration_ms: v.pipe(v.number(), v.minValue(0)),
    request_id: requestId,
  }),
  v.title("A request that was answered. Its query is left out: links in mail carry their tokens there."),
);

const otherLine = v.pipe(
  v.objectWithRest(
    {
      ...always,
      message: v.pipe(v.string(), v.minLength(1)),
      request_id: v.optional(requestId),
      event: v.optional(v.never()),
    },
    fact,
  ),
  v.title("Anything else, such as a start, a failure, or mail that wasn't sent."),
);

/** One line of the log. */
export const logLine = v.union([requestLine, eventLine, otherLine]);
