import type { EventRow } from "../../core/audit/index.ts";
import type { Messages } from "../../platform/html/index.ts";

type Detail = Record<string, unknown>;

/** Names and reasons come from stored rows, so "constructor" must not find anything. */
function own(texts: object, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? (texts as Record<string, string>)[key] : undefined;
}

/** What makes the difference between two events of one name. */
function variantOf({ method, by, purpose, object }: Detail): string {
  return String(purpose ?? method ?? by ?? object ?? "");
}

/** `session_ended` is about one session by its id, or about a number of them. */
function endedText(messages: Messages, detail: Detail): string {
  const { activity, sessions } = messages;
  const reason = own(sessions.ended, String(detail.reason)) ?? activity.endedForUnknownReason;
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
  const { activity } = messages;
  const { event, actor, subject } = row;
  const sentence =
    event === "session_ended"
      ? endedText(messages, detail)
      : (own(activity.events, `${event}:${variantOf(detail)}`) ??
        own(activity.events, event) ??
        activity.other);
  return isByOthers({ actor, subject }) ? activity.byAdministrator(sentence) : sentence;
}

/** Whether somebody who is known, and isn't the person it concerns, did it. A stranger's act has no actor. */
export function isByOthers({ actor, subject }: Pick<EventRow, "actor" | "subject">): boolean {
  return actor !== null && actor !== subject;
}
