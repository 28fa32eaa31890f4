import type { Transaction } from "../../platform/database/index.ts";
import { logEvent, recordEvent } from "../audit/index.ts";
import type { Core } from "../core.ts";
import { type Bucket, recordsOfStrangers } from "../counters/index.ts";
import { tellListeners } from "../hooks/index.ts";
import type { SecurityEvent } from "./events.ts";

/**
 * Reports an event in its transaction: a row of the audit, a log line after the commit, and the listeners. None exists
 * without the others, so the limit of the rows limits the jobs too.
 *
 * @example
 * await emit(core, tx, { event: "user_disabled", actor, subject: user.id });
 */
export async function emit(core: Core, tx: Transaction, event: SecurityEvent): Promise<void> {
  const declared = core.features.events.get(event.event);
  if (declared === undefined)
    throw new TypeError(`No feature declares the event "${event.event}": add it to the feature's events.`);
  if ((event.subject ?? null) !== null && (declared.hook ?? null) === null)
    throw new TypeError(`The event "${event.event}" concerns an account: its declaration must name a hook.`);
  await recordEvent(core, tx, event);
  await tellListeners(core, tx, event);
}

/**
 * Reports an event without a change, such as a refusal, in a separate transaction. The caller doesn't wait for the
 * disk. A power cut may lose the last events, a crash of the process doesn't. Strangers decide the number of these
 * events.
 *
 * @example
 * await emitAlone(core, { event: "acme-door/refused", subject: user.id, facts: call.facts });
 */
export function emitAlone(core: Core, event: SecurityEvent): Promise<void> {
  return core.db.transaction((tx: Transaction) => emit(core, tx, event), { durability: "relaxed" });
}

/**
 * Reports an event alone, within the site's limit of events by strangers and within `buckets`. Beyond that, or if the
 * store fails, it only writes a line of the log. A flood must fill neither the audit nor the queue of the listeners.
 *
 * @example
 * await emitWithinBudget(core, { event: "acme-door/refused", subject: user.id, facts });
 */
export async function emitWithinBudget(
  core: Core,
  event: SecurityEvent,
  buckets: readonly Bucket[] = [],
): Promise<void> {
  let said = false;
  try {
    if ((await core.counters.take([...buckets, recordsOfStrangers(core)])).ok) {
      await emitAlone(core, event);
      said = true;
    }
  } finally {
    if (!said) logEvent(core, event);
  }
}
