import { ConfigurationError } from "../../platform/errors/index.ts";
import { lookupGroups, lookupTexts, wordsName } from "./collisions.ts";
import { type Feature, featureNames } from "./feature.ts";
import { incompletePart } from "./plugin-parts.ts";
import { checkPluginTables } from "./plugin-tables.ts";

function refuse({ name }: Feature, problem: string): never {
  throw new ConfigurationError(`The plugin ${name} can't be used: ${problem}.`);
}

const keysOf = (record: object | undefined): string[] => Object.keys(record ?? {});

/** Names that must begin with the plugin's own, as in `acme-terms/accepted`. */
const prefixed: Readonly<Record<string, (plugin: Feature) => readonly string[]>> = {
  event: ({ events }) => keysOf(events),
  "single-use secret": ({ secrets }) => keysOf(secrets),
  "reason for the end of sessions": ({ endReasons }) => keysOf(endReasons),
  key: ({ keys = [] }) => keys,
  job: ({ jobs }) => keysOf(jobs),
  refusal: ({ refusals }) => keysOf(refusals),
  text: (plugin) =>
    lookupTexts(plugin).flatMap((text) => /^(?:events|errors|fieldErrors)\.(.*)$/.exec(text)?.[1] ?? []),
};

function checkNames(plugin: Feature): void {
  const { name, words, schemas, exportAccount } = plugin;
  if (!featureNames.test(name)) refuse(plugin, "its name isn't a valid name of a feature");
  if (words !== undefined && [...lookupGroups, "language"].includes(wordsName(name)))
    refuse(plugin, "its name is the name of a group of texts");
  for (const [what, namesOf] of Object.entries(prefixed)) {
    const wrong = namesOf(plugin).find((each) => !each.startsWith(`${name}/`));
    if (wrong !== undefined) refuse(plugin, `the ${what} "${wrong}" must begin with "${name}/"`);
  }
  const part = keysOf(exportAccount).find((each) => each !== name && !each.startsWith(`${name}/`));
  if (part !== undefined) refuse(plugin, `the part of the export "${part}" must be called "${name}"`);
  const schema = keysOf(schemas).find((each) => ["Problem", "User", "Session"].includes(each));
  if (schema !== undefined) refuse(plugin, `the schema "${schema}" is the library's`);
}

/** Another group would be a member of the auth object itself. */
function checkOperators(plugin: Feature, own: readonly Feature[]): void {
  const groups = new Set(own.flatMap(({ operators }) => keysOf(operators)));
  const group = keysOf(plugin.operators).find((each) => !groups.has(each));
  if (group === undefined) return;
  refuse(plugin, `operators' functions belong to one of ${[...groups].join(", ")}, and not to "${group}"`);
}

/** Every step of a sign-in has a page and a code of its plugin. */
function checkStages(plugin: Feature): void {
  const { stages = [], routes = [], refusals = {} } = plugin;
  for (const { name, path, code } of stages) {
    if (!Object.hasOwn(refusals, code))
      refuse(plugin, `the stage "${name}" must declare the refusal "${code}"`);
    for (const method of ["GET", "POST"])
      if (!routes.some((route) => route.method === method && route.path === path))
        refuse(plugin, `the stage "${name}" leads to ${path}, for which it has no ${method} route`);
  }
}

const isVariable = (segment: string) => segment.includes(":");

/** Whether a path can match both patterns. */
function overlap(one: string, other: string): boolean {
  const [left, right] = [one.split("/"), other.split("/")];
  return (
    left.length === right.length &&
    left.every((segment, at) => {
      const facing = right[at] ?? "";
      return segment === facing || isVariable(segment) || isVariable(facing);
    })
  );
}

function checkRoutes(plugin: Feature, others: readonly Feature[]): void {
  for (const { path } of plugin.routes ?? []) {
    // The router makes a pattern of a path, so other characters are refused.
    if (/^\/(?:assets|\.well-known)(?:\/|$)/.test(path)) refuse(plugin, `the path ${path} is reserved`);
    if (!/^(?:\/(?:[a-z0-9][a-z0-9_-]*|:[a-z]\w*))+$/.test(path))
      refuse(plugin, `the path ${path} must consist of lower-case names and :variables`);
    for (const other of others) {
      const taken = other.routes?.find((route) => overlap(route.path, path));
      if (taken !== undefined) refuse(plugin, `its path ${path} is taken by ${other.name} (${taken.path})`);
    }
  }
}

/**
 * Throws a `ConfigurationError` for a plugin that could shadow a name of the library or of another plugin. The same for
 * an incomplete declaration. Its codes, tables and indexes begin with its name, and no other feature has its paths.
 * Switched-off features count too.
 */
export function checkPlugins(own: readonly Feature[], plugins: readonly Feature[]): void {
  for (const plugin of plugins) {
    const others = [...own, ...plugins].filter((other) => other !== plugin);
    checkNames(plugin);
    checkOperators(plugin, own);
    checkStages(plugin);
    checkRoutes(plugin, others);
    const problem = incompletePart(plugin);
    if (problem !== undefined) refuse(plugin, problem);
    checkPluginTables(plugin, others);
  }
}
