import type { Transaction } from "../../platform/database/index.ts";
import { MINUTE } from "../../platform/time/index.ts";
import type { Core } from "../core.ts";
import type { SecurityEvent } from "../events/index.ts";
import { findById } from "../users/index.ts";
import { inTime } from "./deadline.ts";
import type { HookEvent, HookUser } from "./hooks.ts";

type Listener = (event: HookEvent, tx?: Transaction) => void | Promise<void>;
type Listeners = Readonly<Record<string, Listener | undefined>>;

/** Other jobs wait meanwhile: a listener that never ends must not hold them up. */
const AFTER_LIMIT_MS = MINUTE;

/** The kind of the jobs that run `after` listeners. */
export const AFTER_JOB = "after";

async function userOf(tx: Transaction, userId: string): Promise<HookUser | null> {
  const row = await findById(tx, userId);
  return row === undefined ? null : { id: row.id, email: row.email, username: row.username };
}

/** Calls the listeners of an event that concerns an account: `on` now, `after` by a job of the same transaction. */
export async function tellListeners(core: Core, tx: Transaction, said: SecurityEvent): Promise<void> {
  const hook = core.features.events.get(said.event)?.hook;
  const userId = said.subject ?? null;
  if (hook === undefined || userId === null) return;
  const on = (core.hooks.on as Listeners)[hook];
  const after = (core.hooks.after as Listeners)[hook];
  if (on === undefined && after === undefined) return;
  const event: HookEvent = {
    name: said.event,
    time: core.clock.now(),
    actor: said.actor ?? null,
    userId,
    user: await userOf(tx, userId),
    detail: said.detail ?? {},
  };
  await on?.(event, tx);
  if (after === undefined) return;
  await core.outbox.enqueueJob(tx, { kind: AFTER_JOB, to: "", data: { hook, event: JSON.stringify(event) } });
}

/** The job of an `after` listener. If the application has dropped the listener, the job is done. */
export async function runAfter(
  core: Core,
  { hook, event }: Readonly<Record<string, string | null>>,
): Promise<void> {
  const listener = (core.hooks.after as Listeners)[hook ?? ""];
  if (listener === undefined) return;
  try {
    await inTime(AFTER_LIMIT_MS, `after.${hook}`, () => listener(JSON.parse(event ?? "") as HookEvent));
  } catch (error) {
    core.log.warn(
      { hook: `after.${hook}`, error: String(error) },
      "a listener failed; its job is tried again",
    );
    throw error;
  }
}
