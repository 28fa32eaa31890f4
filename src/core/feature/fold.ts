import type { Migration, Queries } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";
import type { EventDeclaration, RefusalEvent } from "../events/index.ts";
import type { LoginEffect, LoginStage, Prover } from "../login/index.ts";
import type { AnyOperation } from "../operations/index.ts";
import type { Route } from "../requests/index.ts";
import type { SecretDeclaration } from "../secrets/index.ts";
import type { Account, EndsToo } from "../sessions/index.ts";
import type { Settings } from "../settings.ts";
import type { WordPart } from "../words/index.ts";
import { migrationScope, refuseCollisions, refuseSameNames, wordsName } from "./collisions.ts";
import {
  type AccountLink,
  accountSections,
  type Feature,
  type FeatureJob,
  type FeatureLink,
  type NavigationLink,
  type SchemaMaker,
  type UserColumn,
} from "./feature.ts";
import { join } from "./join.ts";

/** The sum of all features of one installation. */
export interface Folded {
  /** All of them: a switched-off feature still has rows to clean up, export and erase. */
  readonly features: readonly Feature[];
  readonly routes: readonly Route[];
  readonly operations: Readonly<Record<string, AnyOperation>>;
  readonly operators: Readonly<Record<string, Readonly<Record<string, AnyOperation>>>>;
  readonly events: ReadonlyMap<string, EventDeclaration>;
  readonly jobs: Readonly<Record<string, FeatureJob>>;
  readonly stages: readonly LoginStage[];
  readonly loginEffects: readonly LoginEffect[];
  readonly provers: readonly Prover[];
  readonly schemas: Readonly<Record<string, SchemaMaker>>;
  readonly navigationLinks: readonly NavigationLink[];
  readonly loginLinks: readonly FeatureLink[];
  /** In the order of the sections. */
  readonly accountLinks: readonly AccountLink[];
  readonly userColumns: readonly UserColumn[];
  /** Purpose → the changes that it survives. Of all features, as a secret may be older than the configuration. */
  readonly secrets: Readonly<Record<string, SecretDeclaration>>;
  /** The sessions, devices and links that each change of credentials ends. */
  readonly endReasons: Readonly<Record<string, EndsToo>>;
  /** Kinds of mail that the export of an account doesn't list. */
  readonly unlistedMails: ReadonlySet<string>;
  /** Recorded refusals, each with its event. */
  readonly recordedRefusals: Readonly<Record<string, RefusalEvent>>;
  readonly objection: Feature["objection"];
  /** The features' own lines in `explain`: their options and limits. */
  readonly explained: Readonly<Record<string, string | number>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly migrations: readonly { readonly scope: string; readonly migrations: readonly Migration[] }[];
}

function joinOperators(features: readonly Feature[]): Folded["operators"] {
  const groups = new Set(features.flatMap(({ operators = {} }) => Object.keys(operators)));
  const joined: Record<string, Readonly<Record<string, AnyOperation>>> = {};
  for (const group of groups)
    joined[group] = join(`function of ${group}`, features, ({ operators }) => operators?.[group]);
  return joined;
}

function accountLinksOf(features: readonly Feature[]): AccountLink[] {
  const links = features.flatMap(({ links }) => links?.account ?? []);
  return accountSections.flatMap((wanted) => links.filter(({ section }) => section === wanted));
}

/** Variable segments match anything, so their names don't matter. */
const shape = ({ method, path }: Route) => `${method} ${path.replace(/:\w+/g, ":")}`;

/** A route that completes sign-ins may refuse with the code of any step. */
function withSteps(route: Route, stages: readonly LoginStage[]): Route {
  if (!route.signsIn) return route;
  return { ...route, refusals: [...(route.refusals ?? []), ...stages.map(({ code }) => code)] };
}

/**
 * Folds the list of features into one description of the installation. It leaves out switched-off features, except
 * for their tables and their events, which stay readable. Throws a `ConfigurationError` if two features claim the
 * same name.
 */
export function foldFeatures(all: readonly Feature[], settings: Settings): Folded {
  refuseCollisions(all);
  const features = all.filter(({ enabled }) => enabled?.(settings) ?? true);
  refuseSameNames(features, "route", ({ routes = [] }) => routes.map(shape));
  const stages = features.flatMap(({ stages = [] }) => stages);
  const isOn = ({ enabled }: FeatureLink) => enabled?.(settings) ?? true;
  return {
    features: all,
    routes: features.flatMap(({ routes = [] }) => routes).map((route) => withSteps(route, stages)),
    operations: join("function", features, ({ operations }) => operations),
    operators: joinOperators(features),
    events: new Map(Object.entries(join<EventDeclaration>("event", all, ({ events }) => events))),
    jobs: join("job", features, ({ jobs }) => jobs),
    stages,
    loginEffects: features.flatMap(({ loginEffects = [] }) => loginEffects),
    provers: features.flatMap(({ provers = [] }) => provers),
    schemas: join("schema", features, ({ schemas }) => schemas),
    navigationLinks: features.flatMap(({ links }) => links?.navigation ?? []).filter(isOn),
    loginLinks: features.flatMap(({ links }) => links?.login ?? []).filter(isOn),
    accountLinks: accountLinksOf(features).filter(isOn),
    userColumns: features.flatMap(({ admin }) => admin?.userColumns ?? []),
    secrets: join<SecretDeclaration>("single-use secret", all, ({ secrets }) => secrets),
    endReasons: join<EndsToo>("reason for the end of sessions", all, ({ endReasons }) => endReasons),
    unlistedMails: new Set(all.flatMap(({ unlistedMails = [] }) => unlistedMails)),
    recordedRefusals: join("recorded refusal", all, ({ recordedRefusals }) => recordedRefusals),
    objection: features.find(({ objection }) => objection !== undefined)?.objection,
    explained: join("line of explain", all, ({ explain }) => explain?.(settings)),
    limits: join("limit", features, ({ limits }) => limits?.(settings)),
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

/** Everything that the features store about an account, each part read when its turn comes. */
export async function* exportParts(
  core: Core,
  account: Account,
  locale: string | null,
): AsyncGenerator<[name: string, data: unknown]> {
  for (const { exportAccount = {} } of core.features.features)
    for (const [name, work] of Object.entries(exportAccount)) yield [name, await work(core, account, locale)];
}

/** Whether a feature knows a claim to this address, though no account has it now. */
export async function isAddressClaimed(core: Core, db: Queries, emailKey: string): Promise<boolean> {
  for (const { claimsAddress } of core.features.features)
    if (await claimsAddress?.(core, db, emailKey)) return true;
  return false;
}
