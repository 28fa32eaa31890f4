import type { Transaction } from "../../platform/database/index.ts";
import { recordEvent } from "../audit/index.ts";
import type { Core } from "../core.ts";
import { tellListeners } from "../hooks/index.ts";
import type { SecurityEvent } from "./events.ts";

/**
 * Reports an event in its transaction: one row of the audit, a log line after the commit, the application's
 * listeners, and a job for those that run after. There is never one without the other.
 *
 * @example
 * await emit(core, tx, { event: "user_disabled", actor, subject: user.id });
 */
export async function emit(core: Core, tx: Transaction, event: SecurityEvent): Promise<void> {
  if (!core.features.events.has(event.event))
    throw new TypeError(`No feature declares the event "${event.event}": add it to the feature's events.`);
  await recordEvent(core, tx, event);
  await tellListeners(core, tx, event);
}

/**
 * Says it in a transaction of its own, for what changed nothing, such as a refusal. The caller doesn't wait for the
 * disk: a power cut may lose the last of them, a crash of the process doesn't. Strangers decide how many there are.
 *
 * @example
 * await emitAlone(core, { event: "acme-door/refused", subject: user.id, facts: call.facts });
 */
export function emitAlone(core: Core, event: SecurityEvent): Promise<void> {
  return core.db.transaction((tx: Transaction) => emit(core, tx, event), { durability: "relaxed" });
}
