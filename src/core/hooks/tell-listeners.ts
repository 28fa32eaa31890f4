import type { Transaction } from "../../platform/database/index.ts";
import { MINUTE } from "../../platform/time/index.ts";
import type { Core } from "../core.ts";
import type { SecurityEvent } from "../events/index.ts";
import type { Job } from "../outbox/index.ts";
import { findById } from "../users/index.ts";
import { inTime } from "./deadline.ts";
import type { HookEvent, HookUser } from "./hooks.ts";

type Listener = (event: HookEvent, tx?: Transaction) => void | Promise<void>;
type Listeners = Readonly<Record<string, Listener | undefined>>;
type When = "on" | "after";
type QueuedEvent = Omit<HookEvent, "userId"> & { readonly userId: string | null };

/** Other listeners wait meanwhile. A listener that never ends must not block them. */
const AFTER_LIMIT_MS = MINUTE;

const listenersOf = (core: Core, when: When) => core.hooks[when] as Listeners;

async function userOf(tx: Transaction, userId: string): Promise<HookUser | null> {
  const row = await findById(tx, userId);
  return row === undefined ? null : { id: row.id, email: row.email, username: row.username };
}

/**
 * Calls the listeners of an event that concerns an account: `on` now, `after` by a job of the same transaction. For a
 * deferred event both are jobs. An unknown account gets the same jobs, so that the work is the same.
 */
// Row TH-02.
export async function tellListeners(core: Core, tx: Transaction, said: SecurityEvent): Promise<void> {
  const { hook = null, deferred = false } = core.features.events.get(said.event) ?? {};
  const userId = said.subject ?? null;
  if (hook === null || (userId === null && !deferred)) return;
  const on = listenersOf(core, "on")[hook];
  const after = listenersOf(core, "after")[hook];
  if (on === undefined && after === undefined) return;
  const user = await userOf(tx, userId ?? "");
  const { event: name, actor = null, detail = {} } = said;
  const event: QueuedEvent = { name, time: core.clock.now(), actor, userId, user, detail };

  const enqueue = (when: When) =>
    core.outbox.enqueueJob(tx, {
      kind: when,
      // Strangers decide the number of these jobs. They must not delay listeners of accounts.
      queue: deferred ? "deferred" : "listeners",
      to: "",
      // The event names the account's address, which must not outlive the account.
      userId: user?.id ?? null,
      data: { hook, event: JSON.stringify(event) },
    });
  if (on !== undefined) await (deferred ? enqueue("on") : on(event as HookEvent, tx));
  if (after !== undefined) await enqueue("after");
}

/** Calls the listener of a job. No-op if the event concerns no account, or if the application dropped the listener. */
async function runListener(
  core: Core,
  when: When,
  { hook, event: text }: Job["data"],
  call: (name: string, listen: (tx?: Transaction) => void | Promise<void>) => void | Promise<void>,
): Promise<void> {
  const listener = listenersOf(core, when)[hook ?? ""];
  const event = JSON.parse(text ?? "") as QueuedEvent;
  if (listener === undefined || event.userId === null) return;
  const name = `${when}.${hook}`;
  try {
    await call(name, (tx) => listener(event as HookEvent, tx));
  } catch (error) {
    core.log.warn({ hook: name, error: String(error) }, "a listener failed; its job is tried again");
    throw error;
  }
}

/** The jobs of listeners. `on` runs in the transaction that removes its job, so its writes happen once. */
export const listenerJobs = {
  on: (core: Core, tx: Transaction, { data }: Job) =>
    runListener(core, "on", data, (_name, listen) => listen(tx)),
  after: {
    outside: (core: Core, { data }: Job) =>
      runListener(core, "after", data, (name, listen) => inTime(AFTER_LIMIT_MS, name, () => listen())),
  },
};
