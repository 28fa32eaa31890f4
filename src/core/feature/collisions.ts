import { ConfigurationError, type ErrorCode, LatchkeyError } from "../../platform/errors/index.ts";
import type { Feature } from "./feature.ts";

const camelCase = (name: string) => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The name that a feature's texts have in `Latchkey.Words`. */
export const wordsName = (name: string): string => (name === "core" ? "common" : camelCase(name));

/** The tables of 0.1 are older than the features' own migrations. */
export const migrationScope = (name: string): string => (name === "core" ? "latchkey" : name);

/** The groups of a catalogue that are found by code: one table over all features. */
export const lookupGroups = ["errors", "fieldErrors", "requiredFields", "events", "ended", "endedShort"];

/** The texts of a feature that are found by code, such as `events.user_created`. */
export function lookupTexts({ words }: Feature): string[] {
  const groups = (words?.english ?? {}) as Readonly<Record<string, object | undefined>>;
  return lookupGroups.flatMap((group) => Object.keys(groups[group] ?? {}).map((code) => `${group}.${code}`));
}

const keysOf = (record: object | undefined): string[] => Object.keys(record ?? {});

/** Names that only one feature may have, by kind. */
const kinds: Readonly<Record<string, (feature: Feature) => readonly string[]>> = {
  name: ({ name }) => [name],
  "scope of migrations": ({ name, migrations }) => (migrations === undefined ? [] : [migrationScope(name)]),
  "name of words": ({ name, words }) => (words === undefined ? [] : [wordsName(name)]),
  text: lookupTexts,
  key: ({ keys = [] }) => keys,
  "single-use secret": ({ secrets }) => keysOf(secrets),
  "reason for the end of sessions": ({ endReasons }) => keysOf(endReasons),
  "environment variable": ({ environment = [] }) => environment.map(({ name }) => name),
  event: ({ events }) => keysOf(events),
  // Events of one feature may share a name, such as `requestRefused`.
  "listener name": ({ events = {} }) => [...new Set(Object.values(events).flatMap(({ hook }) => hook ?? []))],
  job: ({ jobs }) => keysOf(jobs),
  schema: ({ schemas }) => keysOf(schemas),
  function: ({ operations }) => keysOf(operations),
  "operators' function": ({ operators = {} }) =>
    Object.entries(operators).flatMap(([group, functions]) =>
      keysOf(functions).map((name) => `${group}.${name}`),
    ),
  stage: ({ stages = [] }) => stages.map(({ name }) => name),
  prover: ({ provers = [] }) => provers.map(({ name }) => name),
  "field of evidence": ({ provers = [] }) => provers.map(({ field }) => field),
  "part of the export": ({ exportAccount }) => keysOf(exportAccount),
};

function refuse(one: Feature, other: Feature, what: string, name: string): never {
  if (what === "name")
    throw new ConfigurationError(`Two features are named "${name}": pass each plugin once, or rename one.`);
  if (one === other)
    throw new ConfigurationError(`The feature ${one.name} declares the ${what} "${name}" twice.`);
  throw new ConfigurationError(
    `The features ${one.name} and ${other.name} both declare the ${what} "${name}": rename one of them.`,
  );
}

/** Throws a `ConfigurationError` if two of the features declare the same name of a kind. */
export function refuseSameNames(
  features: readonly Feature[],
  what: string,
  namesOf: (feature: Feature) => readonly string[],
): void {
  const owners = new Map<string, Feature>();
  for (const feature of features) {
    for (const name of namesOf(feature)) {
      const owner = owners.get(name);
      if (owner !== undefined) refuse(owner, feature, what, name);
      owners.set(name, feature);
    }
  }
}

/** A code has one status in the whole process. The first declaration counts. */
function refuseOtherStatus(features: readonly Feature[], feature: Feature): void {
  for (const [code, status] of Object.entries(feature.refusals ?? {})) {
    const known = new LatchkeyError(code as ErrorCode).status;
    if (known === status) continue;
    const owner = features.find(({ refusals = {} }) => refusals[code] === known)?.name ?? "the library";
    throw new ConfigurationError(
      `${feature.name} declares the refusal "${code}" with the status ${status}, and ${owner} with ${known}: rename one.`,
    );
  }
}

/** Throws a `ConfigurationError` with the names of both if two features claim the same name, switched on or not. */
export function refuseCollisions(features: readonly Feature[]): void {
  for (const [what, namesOf] of Object.entries(kinds)) refuseSameNames(features, what, namesOf);
  for (const feature of features) refuseOtherStatus(features, feature);
}
