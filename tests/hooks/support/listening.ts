import type { AfterHooks, HookEvent, OnHooks, Transaction } from "latchkey";
import { features } from "../../../src/features.ts";
import { createSite, type Site } from "../../support/site.ts";
import { type Name, scenarios } from "./happenings.ts";

const declared = features.flatMap(({ events = {} }) => Object.entries(events));
const deferred = declared.filter(([, event]) => event.deferred === true);

/** Whether the listeners of an event run after the answer, by its name in the audit. */
export const isDeferred = (event: string) => deferred.some(([name]) => name === event);

const deferredHooks = new Set<string | null>(deferred.map(([, { hook }]) => hook));

export const names = Object.keys(scenarios) as Name[];
/** Names whose listeners run in the request, and those whose listeners run after its answer. */
export const namesAtOnce = names.filter((name) => !deferredHooks.has(name));
export const namesDeferred = names.filter((name) => deferredHooks.has(name));

interface Work {
  on?(event: HookEvent, tx: Transaction): unknown;
  after?(event: HookEvent): unknown;
}

/** A site whose listeners of this name act once they are armed, and the function that causes the event. */
export async function listening(name: Name, { on, after }: Work) {
  const { prepare, options } = scenarios[name];
  const armed = { now: false };
  const whenArmed = (work: ((...values: never[]) => unknown) | undefined) =>
    work && ((...values: never[]) => (armed.now ? work(...values) : undefined));
  const site: Site = createSite({
    ...options,
    on: { [name]: whenArmed(on as never) } as OnHooks,
    after: { [name]: whenArmed(after as never) } as AfterHooks,
  });
  await site.auth.ready();
  await site.auth.database.run("CREATE TABLE workspaces (owner TEXT NOT NULL) STRICT");
  const happen = await prepare(site);
  await site.mails();
  site.clock.advance("1s");
  armed.now = true;
  return { site, happen };
}

/** The rows that the listeners of these tests write. */
export const putWorkspace = (event: HookEvent, tx: Transaction) =>
  tx.run("INSERT INTO workspaces (owner) VALUES ($1)", event.userId);

export const workspacesOf = ({ auth }: Site) =>
  auth.database.all<{ owner: string }>("SELECT owner FROM workspaces");
