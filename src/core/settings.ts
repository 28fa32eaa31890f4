import type { CookieNames } from "../platform/http/index.ts";

/**
 * Who may register. `confirm-first`: the account exists once its address is proven. `open`: signed in at once.
 * `invite-only` and `closed`: operators make the accounts.
 */
export type RegistrationMode = "confirm-first" | "open" | "invite-only" | "closed";

export interface SessionLimits {
  idleMs: number;
  absoluteMs: number;
}

/** A link in the header of every page. */
export interface NavigationItem {
  label: string;
  href: string;
  /** Shown to whom. Default `"everyone"`. */
  to?: "everyone" | "signed-in" | "signed-out";
  /** Shown only to people with this role. */
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

/** What an argon2id computation costs. */
export interface HashParameters {
  /** Memory in KiB; at least 8 for each lane, at most 262,144. */
  memoryKiB: number;
  /** Rounds over the memory; 1 to 64, and memory times passes at most 1,048,576. */
  passes: number;
  /** Lanes; 1 to 16. */
  parallelism: number;
}

/** `default`: 8 code points. `nist`: 15, for accounts that can sign in with a password alone. */
export type PasswordProfile = "default" | "nist";

/** The range API that is asked, and what holds when it has no usable answer. */
export interface BreachedPasswordService {
  /** Ends in a slash; the prefix is appended. */
  url: string;
  timeoutMs: number;
  whenDown: "allow" | "refuse";
}

/** The options after they were checked and their defaults filled in. */
export interface Settings {
  origin: URL;
  https: boolean;
  basePath: string;
  siteName: string;
  cookies: CookieNames;
  registration: RegistrationMode;
  userFields: Record<string, FieldSchema>;
  sessions: { standard: SessionLimits; remembered: SessionLimits; maximumPerUser: number };
  freshness: { openMs: number; submitMs: number };
  /** Where the session dictionary of signed-in people lives. */
  dataStore: "cookie" | "server";
  dataFields: Record<string, FieldSchema>;
  login: { mail: boolean };
  /** What the application adds to the export of an account. */
  exportUserData:
    | ((userId: string) => Promise<Record<string, unknown>> | Record<string, unknown>)
    | undefined;
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
    registrationsPerAddress: number;
    mailsPerRecipient: number;
    mailWindowMs: number;
  };
  /** How often the library sweeps; null: never by itself. */
  cleanupIntervalMs: number | null;
  lifetimes: {
    confirmationMs: number;
    choosePasswordMs: number;
    resetMs: number;
    emailChangeMs: number;
    undoMs: number;
    mailLoginMs: number;
    deletionGraceMs: number;
    pendingRegistrationMs: number;
    deviceMs: number;
  };
  roles: Record<string, readonly string[]>;
  trustedProxies: number;
  bodyLimitBytes: number;
  pages: {
    home: string;
    afterLogin: string;
    /** Undefined: the library's own links, in the language of the page. */
    navigation: NavigationItem[] | undefined;
    help: { label: string; href: string } | undefined;
  };
  mailFrom: string;
}
