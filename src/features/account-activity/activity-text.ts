import type { EventRow } from "../../core/audit/index.ts";
import { lookUp, type Messages } from "../../core/words/index.ts";

type Detail = Record<string, unknown>;

/** What makes the difference between two events of one name. */
function variantOf({ method, by, purpose, object }: Detail): string {
  return String(purpose ?? method ?? by ?? object ?? "");
}

/** `session_ended` is about one session by its id, or about a number of them. */
function endedText(messages: Messages, detail: Detail): string {
  const { accountActivity: activity, endedShort } = messages;
  const reason = lookUp(endedShort, String(detail.reason)) ?? activity.endedForUnknownReason;
  return typeof detail.sessions === "number"
    ? activity.severalEnded(detail.sessions, reason)
    : activity.oneEnded(reason);
}

/** Whether an event is news to its owner: that no session ended isn't. */
export function isShownToOwner(event: string, detail: Detail): boolean {
  return event !== "session_ended" || detail.sessions !== 0;
}

/**
 * An event in plain words, for the person it concerns. Of others it says at most that an administrator acted. A name the
 * catalogue doesn't know gets a general sentence.
 */
export function activityText(
  messages: Messages,
  row: Pick<EventRow, "event" | "actor" | "subject">,
  detail: Detail,
): string {
  const { accountActivity: activity, events } = messages;
  const { event, actor, subject } = row;
  const sentence =
    event === "session_ended"
      ? endedText(messages, detail)
      : (lookUp(events, `${event}:${variantOf(detail)}`) ?? lookUp(events, event) ?? activity.other);
  return isByOthers({ actor, subject }) ? activity.byAdministrator(sentence) : sentence;
}

/** Whether somebody who is known, and isn't the person it concerns, did it. A stranger's act has no actor. */
export function isByOthers({ actor, subject }: Pick<EventRow, "actor" | "subject">): boolean {
  return actor !== null && actor !== subject;
}
