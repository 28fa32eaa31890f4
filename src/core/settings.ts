import type { CookieNames } from "../platform/http/index.ts";

declare global {
  namespace Latchkey {
    /** Options of features. A feature adds its own in its declaration. */
    interface Options {}
    /** Ways to sign in besides the password, each with its feature. */
    interface LoginOptions {}
    /** Options of a user that features add. */
    interface UserOptions {}
    /** Limits of attempts that features add. */
    interface ThrottleOptions {}
    /** The resolved options of features. */
    interface Settings {}
    /** Lifetimes of the features' links and pending records, in milliseconds. */
    interface Lifetimes {}
  }
}

/** The part of the options that features read. */
export interface FeatureOptions extends Latchkey.Options {
  login?: Latchkey.LoginOptions;
  user?: Latchkey.UserOptions;
  throttle?: Latchkey.ThrottleOptions;
}

/** The lifetime of a session in milliseconds: without requests, and at most. */
export interface SessionLimits {
  idleMs: number;
  absoluteMs: number;
}

/** A link in the header of every page. */
export interface NavigationItem {
  label: string;
  href: string;
  /** The visitors who see it. Default `"everyone"`. */
  to?: "everyone" | "signed-in" | "signed-out";
  /** Only users with this role see it. */
  role?: string;
}

/** Any Standard Schema (valibot, zod, arktype …): https://standardschema.dev, version 1. */
export interface FieldSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => FieldResult<Output> | Promise<FieldResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

type FieldResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** The cost of an argon2id computation. */
export interface HashParameters {
  /** Memory in KiB; at least 8 for each lane, at most 262,144. */
  memoryKiB: number;
  /** Rounds over the memory; 1 to 64, and memory times passes at most 1,048,576. */
  passes: number;
  /** Lanes; 1 to 16. */
  parallelism: number;
}

/** `default`: 8 code points. `nist`: 15, for accounts that can sign in with only a password. */
export type PasswordProfile = "default" | "nist";

/** The range API, and what happens without a usable answer. */
export interface BreachedPasswordService {
  /** Ends in a slash; the prefix is appended. */
  url: string;
  timeoutMs: number;
  whenDown: "allow" | "refuse";
}

/** The checked options, with the defaults filled in. */
export interface Settings extends Latchkey.Settings {
  origin: URL;
  https: boolean;
  basePath: string;
  siteName: string;
  cookies: CookieNames;
  userFields: Record<string, FieldSchema>;
  sessions: { standard: SessionLimits; remembered: SessionLimits; maximumPerUser: number };
  freshness: { openMs: number; submitMs: number };
  /** The store of the session dictionary of signed-in users. */
  dataStore: "cookie" | "server";
  dataFields: Record<string, FieldSchema>;
  password: {
    profile: PasswordProfile;
    parameters: HashParameters;
    /** Undefined: passwords aren't looked up in data breaches. */
    breached: BreachedPasswordService | undefined;
  };
  throttle: {
    windowMs: number;
    perAccount: number;
    perDevice: number;
    perAddress: number;
    perSite: number;
    consecutiveFailures: number;
    signInsPerAccount: number;
    mailsPerRecipient: number;
    mailWindowMs: number;
  };
  /** The interval of the clean-up; null: never by itself. */
  cleanupIntervalMs: number | null;
  lifetimes: Latchkey.Lifetimes;
  roles: Record<string, readonly string[]>;
  trustedProxies: number;
  bodyLimitBytes: number;
  pages: {
    home: string;
    afterLogin: string;
    /** Origins beside its own that forms may lead to, by redirects. */
    formActions: readonly string[];
    /** Undefined: the library's own links, in the language of the page. */
    navigation: NavigationItem[] | undefined;
    help: { label: string; href: string } | undefined;
  };
  mailFrom: string;
}
