import type { EventRow } from "../../core/audit/index.ts";
import { lookUp, type Messages } from "../../core/words/index.ts";

type Detail = Record<string, unknown>;

/** The difference between two events of one name. */
function variantOf({ method, by, purpose, object, reason }: Detail): string {
  // The method's sentence is about wrong evidence, so a refusal with another reason doesn't use it.
  return String(reason ?? purpose ?? method ?? by ?? object ?? "");
}

/**
 * `session_ended` is about one session by its id, or about several by their number. Some reasons are sentences, such as
 * "Logged out from another device." Such a reason is the whole text for one session, and is left out for several.
 */
function endedText(messages: Messages, { sessions, reason }: Detail): string {
  const { accountActivity: activity, endedShort, events } = messages;
  const ownSentence = lookUp(events, `session_ended:${reason}`);
  const isOne = typeof sessions !== "number";
  if (isOne && ownSentence !== undefined) return ownSentence;
  const devices = isOne ? activity.loggedOut : activity.loggedOutOf(sessions);
  const why = ownSentence === undefined ? lookUp(endedShort, String(reason)) : undefined;
  return why === undefined ? devices : `${devices} ${why}.`;
}

/**
 * Whether an event is news to its owner. An end of no session isn't, and neither is a session that a sign-in replaced.
 */
export function isShownToOwner(event: string, detail: Detail): boolean {
  return event !== "session_ended" || (detail.sessions !== 0 && detail.reason !== "replaced");
}

/**
 * An event in plain words, for the account's owner. Of other actors it mentions at most that an administrator acted. An
 * unknown name gets a general sentence.
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
  const saysSo = detail.reason === "ended_by_operator" && typeof detail.sessions !== "number";
  return isByOthers({ actor, subject }) && !saysSo ? activity.byAdministrator(sentence) : sentence;
}

/** Whether a known account other than this one acted. A stranger's act has no actor. */
export function isByOthers({ actor, subject }: Pick<EventRow, "actor" | "subject">): boolean {
  return actor !== null && actor !== subject;
}
