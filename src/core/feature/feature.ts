import type { Migration, Queries, Transaction } from "../../platform/database/index.ts";
import { declareRefusals } from "../../platform/errors/index.ts";
import type { Content } from "../../platform/html/index.ts";
import type { Core } from "../core.ts";
import type { EventDeclaration, EventName, RefusalEvent } from "../events/index.ts";
import type { LoginEffect, LoginStage, Prover } from "../login/index.ts";
import type { AnyOperation, JsonSchema } from "../operations/index.ts";
import type { Job, MailDraft } from "../outbox/index.ts";
import type { Route } from "../requests/index.ts";
import type { SecretDeclaration, TokenPurpose } from "../secrets/index.ts";
import type { Account, EndReasonTable } from "../sessions/index.ts";
import type { FeatureOptions, NavigationItem, Settings } from "../settings.ts";
import type { User } from "../users/index.ts";
import type { Messages } from "../words/index.ts";

/** A link to one of the feature's pages. */
export interface FeatureLink {
  /** As declared by the route. */
  readonly path: string;
  label(messages: Messages): string;
  description?(messages: Messages): string;
  /** Shown only if this holds. Default: always. */
  enabled?(settings: Settings): boolean;
}

/** Links of the header come after the link to the login page, unless the application has its own navigation. */
export interface NavigationLink extends FeatureLink {
  readonly to: NonNullable<NavigationItem["to"]>;
}

/** The sections of the account centre, in the order of its navigation. */
export const accountSections = ["profile", "security", "devices", "activity", "data"] as const;

/** Links of the account centre are in one of its sections. */
export interface AccountLink extends FeatureLink {
  readonly section: (typeof accountSections)[number];
}

/** A column of the administrators' list of users. */
export interface UserColumn {
  label(messages: Messages): string;
  /** User id → the text of the cell. Called once for each page of users; a missing one stays empty. */
  cells(core: Core, users: readonly User[], messages: Messages): Promise<ReadonlyMap<string, Content>>;
}

/** A variable of the application's and the command line's environment that sets options of a feature. */
export interface EnvironmentVariable {
  /** Such as `LOGIN_BY_MAIL`. */
  readonly name: string;
  /** Its possible values. */
  readonly values: readonly string[];
  /** The value if it isn't set. */
  readonly default: string;
  /** For the table of variables, in Markdown. */
  readonly meaning: string;
  /** The options that a value sets. */
  read(value: string): FeatureOptions;
}

/** The part of a notice that lets its reader say "this wasn't me". */
export type Objection = (messages: Messages) => Pick<MailDraft, "beforeAction" | "action" | "afterAction">;

/** The words of a feature: English here. Other languages load if the application switches them on. */
export interface FeatureWords {
  readonly english: object;
  /** Language → a module whose only export has the same shape. */
  readonly locales?: Readonly<Record<string, () => Promise<object>>>;
}

/** Describes an answer. It is given the members of a `User`, with the application's own fields. */
export type SchemaMaker = (user: Readonly<Record<string, JsonSchema>>) => JsonSchema;

/** The parts of a feature. Every part is optional. */
export interface FeatureDeclaration {
  /**
   * Checks its options and fills in the defaults. Throws a `ConfigurationError` with one sentence that says the fix.
   * `Latchkey.Options`, `LoginOptions`, `UserOptions` and `ThrottleOptions` type the options, `Latchkey.Settings` the
   * result.
   */
  settings?(options: FeatureOptions): Partial<Latchkey.Settings>;
  /** The lifetimes of its links and pending records. Typed by `Latchkey.Lifetimes`. */
  readonly lifetimes?: Partial<Latchkey.Lifetimes>;
  /** Environment variables that set its options. */
  readonly environment?: readonly EnvironmentVariable[];
  /** Whether this configuration includes it. Without it, its routes and functions don't exist. Default: always. */
  enabled?(settings: Settings): boolean;
  /** Its tables, numbered from 1. The scope is the feature's name. */
  readonly migrations?: readonly Migration[];
  /** Purposes of its single-use secrets, and what they survive. Typed by `Latchkey.Secrets`. */
  readonly secrets?: { readonly [Purpose in TokenPurpose]?: SecretDeclaration };
  /** Its reasons for ending all sessions of an account, and what ends with them. Typed by `Latchkey.EndReasons`. */
  readonly endReasons?: EndReasonTable;
  /** Purposes of its derived keys. Typed by `Latchkey.Keys`. */
  readonly keys?: readonly (keyof Latchkey.Keys & string)[];
  /** Its security events. Typed by `Latchkey.Events`, and the names of their listeners by `Latchkey.Hooks`. */
  readonly events?: { readonly [Name in EventName]?: EventDeclaration<Name> };
  /** Its refusals with their HTTP status. Typed by `Latchkey.Refusals`. */
  readonly refusals?: Readonly<Record<string, number>>;
  /** Refusals that may be attacks, each with the event that records it. */
  readonly recordedRefusals?: { readonly [Code in keyof Latchkey.Refusals]?: RefusalEvent };
  /** Names of answers for OpenAPI, as JSON schemas. Typed by `Latchkey.Schemas`. */
  readonly schemas?: Readonly<Record<string, SchemaMaker>>;
  /** Every sentence that a person reads, in English and in other languages. Typed by `Latchkey.Words`. */
  readonly words?: FeatureWords;
  /** Operations of the signed-in account and of visitors: the functions of `auth.account`. */
  readonly operations?: Readonly<Record<string, AnyOperation>>;
  /** Operations of operators: group → the functions of `auth.users`, `auth.outbox` … */
  readonly operators?: Readonly<Record<string, Readonly<Record<string, AnyOperation>>>>;
  /** Its URLs: pages and JSON endpoints. */
  readonly routes?: readonly Route[];
  /** Work off the request's path: kind → handler. */
  readonly jobs?: Readonly<Record<string, FeatureJob>>;
  /** Steps between the proof and the session, in order. */
  readonly stages?: readonly LoginStage[];
  /** Further effects of completed sign-ins. Typed by `Latchkey.LoginEffects`. */
  readonly loginEffects?: readonly LoginEffect[];
  /** Ways for a signed-in account to prove itself again. */
  readonly provers?: readonly Prover[];
  /** Deletes expired rows; returns their number. Runs every hour. */
  readonly cleanup?: readonly ((core: Core) => Promise<number>)[];
  /** Parts of the account's export: name → its data, or its rows one by one. It must hold no secret. */
  readonly exportAccount?: Readonly<Record<string, ExportPart>>;
  /** Kinds of its mail that the export leaves out, because their existence would reveal another account. */
  readonly unlistedMails?: readonly string[];
  /** Deletes data without a foreign key on the account. Runs in the transaction of the erasure. */
  eraseAccount?(core: Core, tx: Transaction, erased: ErasedAccount): Promise<void>;
  readonly links?: {
    readonly navigation?: readonly NavigationLink[];
    readonly login?: readonly FeatureLink[];
    readonly account?: readonly AccountLink[];
  };
  /** What it adds to the pages of administrators. */
  readonly admin?: { readonly userColumns?: readonly UserColumn[] };
  /** Its limits of attempts, for `explain`. */
  limits?(settings: Settings): Readonly<Record<string, number>>;
  /** Its options, for `explain`. */
  explain?(settings: Settings): Readonly<Record<string, string | number>>;
  /** The way to say "this wasn't me" in notices. One feature has it. */
  objection?(core: Core, tx: Transaction, to: Pick<User, "id" | "email">): Promise<Objection>;
  /** Whether an account has a claim to a free address, which then can't be registered. */
  claimsAddress?(core: Core, db: Queries, emailKey: string): Promise<boolean>;
}

/**
 * A part of the account's export, in the language of the request: its data, or an async iterable of rows. Rows are
 * read while they are sent, so a part that may be long never stands in memory.
 *
 * @example
 * const notes: ExportPart = ({ db }, { user }) =>
 *   rowsInPages<Note>(100, (last, limit) => listNotes(db, user.id, last?.id ?? "", limit));
 */
export type ExportPart = (
  core: Core,
  account: Account,
  locale: string | null,
) => Promise<unknown> | AsyncIterable<unknown>;

/** The rest of an account during its erasure. */
export interface ErasedAccount {
  readonly userId: string;
  /** The canonical address. */
  readonly emailKey: string;
}

/**
 * A job of a feature. A function runs in the transaction that removes the job. `outside` runs before that, for work
 * that leaves the machine. The job may then run more than once, and holds no lock meanwhile.
 */
export type FeatureJob =
  | ((core: Core, tx: Transaction, job: Job) => Promise<void>)
  | { outside(core: Core, job: Job): Promise<void> };

/** A feature of the library or of a third party, made by `feature` (option `plugins`). */
export interface Feature extends FeatureDeclaration {
  readonly name: string;
}

/** Lower-case letters, digits and dashes. */
export const featureNames = /^[a-z][a-z0-9-]*$/;

/**
 * Declares a feature: everything that belongs to it, in one value. The library's own features and those of plugins
 * are the same.
 *
 * @example
 * export const nickname = feature("nickname", { migrations, words: { english }, operations: { rename }, routes });
 */
export function feature(name: string, declaration: FeatureDeclaration): Feature {
  if (!featureNames.test(name))
    throw new TypeError(`"${name}" can't name a feature: use lower-case letters, digits and dashes.`);
  declareRefusals(declaration.refusals ?? {});
  return { name, ...declaration };
}
