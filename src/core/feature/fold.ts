import type { Migration } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import type { EventDeclaration } from "../events/index.ts";
import type { LoginStage, Prover } from "../login/index.ts";
import type { AnyOperation } from "../operations/index.ts";
import type { Route } from "../requests/index.ts";
import type { Account } from "../sessions/index.ts";
import type { Settings } from "../settings.ts";
import type { WordPart } from "../words/index.ts";
import { migrationScope, refuseCollisions, refuseSameNames, wordsName } from "./collisions.ts";
import type { AccountLink, Feature, FeatureJob, FeatureLink, SchemaMaker, UserColumn } from "./feature.ts";

/** The sum of all features of one installation. */
export interface Folded {
  readonly features: readonly Feature[];
  readonly routes: readonly Route[];
  readonly operations: Readonly<Record<string, AnyOperation>>;
  readonly operators: Readonly<Record<string, Readonly<Record<string, AnyOperation>>>>;
  readonly events: ReadonlyMap<string, EventDeclaration>;
  readonly jobs: Readonly<Record<string, FeatureJob>>;
  readonly stages: readonly LoginStage[];
  readonly provers: readonly Prover[];
  readonly schemas: Readonly<Record<string, SchemaMaker>>;
  readonly loginLinks: readonly FeatureLink[];
  readonly accountLinks: readonly AccountLink[];
  readonly userColumns: readonly UserColumn[];
  readonly migrations: readonly { readonly scope: string; readonly migrations: readonly Migration[] }[];
}

/** Joins records of features, whose names are different. */
function join<Value>(
  features: readonly Feature[],
  part: (feature: Feature) => Readonly<Record<string, Value>> | undefined,
): Record<string, Value> {
  return Object.assign(Object.create(null), ...features.map((feature) => part(feature) ?? {}));
}

function joinOperators(features: readonly Feature[]): Folded["operators"] {
  const groups = new Set(features.flatMap(({ operators = {} }) => Object.keys(operators)));
  const joined: Record<string, Readonly<Record<string, AnyOperation>>> = {};
  for (const group of groups) joined[group] = join(features, ({ operators }) => operators?.[group]);
  return joined;
}

/** Variable segments match anything, so their names make no difference. */
const shape = ({ method, path }: Route) => `${method} ${path.replace(/:\w+/g, ":")}`;

/**
 * Folds the list of features into one description of the installation. It leaves out switched-off features, except
 * for their tables and their events, which stay readable. Throws a `ConfigurationError` if two features claim the
 * same name.
 */
export function foldFeatures(all: readonly Feature[], settings: Settings): Folded {
  refuseCollisions(all);
  const features = all.filter(({ enabled }) => enabled?.(settings) ?? true);
  refuseSameNames(features, "route", ({ routes = [] }) => routes.map(shape));
  return {
    features,
    routes: features.flatMap(({ routes = [] }) => routes),
    operations: join(features, ({ operations }) => operations),
    operators: joinOperators(features),
    events: new Map(Object.entries(join(all, ({ events }) => events))),
    jobs: join(features, ({ jobs }) => jobs),
    stages: features.flatMap(({ stages = [] }) => stages),
    provers: features.flatMap(({ provers = [] }) => provers),
    schemas: join(features, ({ schemas }) => schemas),
    loginLinks: features.flatMap(({ links }) => links?.login ?? []),
    accountLinks: features.flatMap(({ links }) => links?.account ?? []),
    userColumns: features.flatMap(({ admin }) => admin?.userColumns ?? []),
    migrations: schemaOf(all),
  };
}

/** The tables of all features, by their scope. */
export function schemaOf(features: readonly Feature[]): Folded["migrations"] {
  return features.flatMap(({ name, migrations }) =>
    migrations === undefined ? [] : [{ scope: migrationScope(name), migrations }],
  );
}

/** Every security event of the features, by its name, with its meaning. */
export function eventMeanings(features: readonly Feature[]): Record<string, string> {
  return Object.fromEntries(
    features.flatMap(({ events = {} }) => Object.entries(events).map(([name, { means }]) => [name, means])),
  );
}

/** The texts of all features, under the names that `Latchkey.Words` gives them. */
export function wordPartsOf(features: readonly Feature[]): WordPart[] {
  return features.flatMap(({ name, words }) =>
    words === undefined ? [] : [{ name: wordsName(name), ...words }],
  );
}

/** Deletes expired rows, over all features. Returns their number. */
export async function cleanUp(core: Core): Promise<number> {
  let deleted = 0;
  for (const { cleanup = [] } of core.features.features)
    for (const work of cleanup) deleted += await work(core);
  return deleted;
}

/** Everything that the features store about an account. */
export async function exportParts(
  core: Core,
  account: Account,
  locale: string | null,
): Promise<Record<string, unknown>> {
  const parts: Record<string, unknown> = {};
  for (const { exportAccount = {} } of core.features.features)
    for (const [name, work] of Object.entries(exportAccount)) parts[name] = await work(core, account, locale);
  return parts;
}
