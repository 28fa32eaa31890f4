import { lookupTexts } from "./collisions.ts";
import type { Feature } from "./feature.ts";

/** A refusal without an error status would look like a success. */
function wrongStatus({ refusals = {} }: Feature): string | undefined {
  const isError = (status: number) => Number.isInteger(status) && status >= 400 && status <= 599;
  const found = Object.entries(refusals).find(([, status]) => !isError(status));
  return found && `the status of the refusal "${found[0]}" must be from 400 to 599, not ${found[1]}`;
}

/** Without words the page of a refusal and the activity list would show a bare code. */
function withoutWords(plugin: Feature): string | undefined {
  const texts = new Set(lookupTexts(plugin));
  const needed = [
    ...Object.keys(plugin.refusals ?? {}).map((code) => `errors.${code}`),
    ...Object.keys(plugin.events ?? {}).map((name) => `events.${name}`),
  ];
  const text = needed.find((each) => !texts.has(each));
  return text && `its English words lack "${text}"`;
}

/** The application could never listen to such an event. A program without types may omit the name. */
function withoutHook({ events = {} }: Feature): string | undefined {
  const found = Object.entries(events).find(([, { hook }]) => hook === undefined);
  return found && `the event "${found[0]}" must name its listeners as "hook", or null`;
}

/** Otherwise an error of a listener would replace the refusal. */
function refusalAtOnce({ events = {}, recordedRefusals = {} }: Feature): string | undefined {
  const recorded = new Set<string>(Object.values(recordedRefusals));
  const found = Object.entries(events).find(
    ([name, { hook, deferred }]) => recorded.has(name) && (hook === null || deferred !== true),
  );
  return found && `the event "${found[0]}" records a refusal, so it must have a "hook" and be "deferred"`;
}

/** Migrations are applied in the order of their ids, each once. */
function wrongMigration({ migrations = [] }: Feature): string | undefined {
  const at = migrations.findIndex(({ id }, index) => id !== index + 1);
  const found = migrations[at];
  return found && `its migration "${found.name}" has the id ${found.id} instead of ${at + 1}`;
}

/** A link leads to a page of the plugin. */
function deadLink({ links = {}, routes = [] }: Feature): string | undefined {
  const all = [...(links.navigation ?? []), ...(links.login ?? []), ...(links.account ?? [])];
  const dead = all.find(({ path }) => !routes.some((route) => route.method === "GET" && route.path === path));
  return dead && `it links to ${dead.path}, for which it has no GET route`;
}

/** The first incomplete part of a plugin's declaration, as the end of a sentence; undefined if it is complete. */
export function incompletePart(plugin: Feature): string | undefined {
  const rules = [wrongStatus, withoutWords, withoutHook, refusalAtOnce, wrongMigration, deadLink];
  for (const rule of rules) {
    const problem = rule(plugin);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
