/**
 * The environment variables of the application and the command line (contract, "Environment").
 * @module
 */

import type { Feature } from "../core/feature/index.ts";
import type { HashParameters } from "../core/passwords/index.ts";
import type { FeatureOptions } from "../core/settings.ts";
import { features } from "../features.ts";
import type { AuthOptions } from "../options.ts";
import { keyProblem } from "../platform/crypto/index.ts";
import { ConfigurationError } from "../platform/errors/index.ts";
import { isLoopback } from "../platform/http/index.ts";
import { givenKeys } from "./given-keys.ts";

export type { FeatureOptions };

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** The lowest logged level. */
export type LogLevel = (typeof logLevels)[number];

/** The checked environment variables of the ready application. */
export interface Environment {
  production: boolean;
  port: number;
  host: string;
  origin: string;
  /** `sqlite:PATH`. */
  database: string;
  /** Undefined in development: then a key is created once and stored beside the database. */
  secretKeys: string[] | undefined;
  smtpUrl: string | undefined;
  /** The options that features read from their variables. */
  features: FeatureOptions;
  /** Whether new passwords are looked up in data breaches, over the network. */
  breachedPasswords: boolean;
  /** The cost of a password hash; undefined: the library's default. */
  passwordHash: HashParameters | undefined;
  /** The languages of pages and mail; the first is the default. */
  locales: ShippedLocale[];
  trustedProxies: number;
  logLevel: LogLevel;
}

type ShippedLocale = "en" | "de";

type Variables = Record<string, string | undefined>;

/**
 * A name below `localhost` doesn't count here: only browsers resolve it, and other programs must reach the origin
 * too.
 */
const isThisMachine = (hostname: string): boolean => isLoopback(hostname) && !hostname.endsWith(".localhost");

function given(variables: Variables, name: string): string | undefined {
  const value = variables[name]?.trim();
  return value === undefined || value === "" ? undefined : value;
}

function oneOf<Name extends string>(
  variables: Variables,
  name: string,
  names: readonly string[],
  fallback: Name,
): Name {
  const value = given(variables, name);
  if (value === undefined) return fallback;
  if (!names.includes(value)) {
    throw new ConfigurationError(
      `${name} is "${value}", which isn't one of its values: use ${names.join(", ")}.`,
    );
  }
  return value as Name;
}

function wholeNumber(variables: Variables, name: string, fallback: number, most: number): number {
  const value = given(variables, name);
  if (value === undefined) return fallback;
  if (!/^\d{1,5}$/.test(value) || Number(value) > most) {
    throw new ConfigurationError(
      `${name} is "${value}", which isn't a whole number from 0 to ${most}: correct it.`,
    );
  }
  return Number(value);
}

function readOrigin(variables: Variables, production: boolean, port: number): string {
  const value = given(variables, "ORIGIN");
  if (value === undefined) {
    if (production) {
      throw new ConfigurationError(
        "ORIGIN is not set, and production needs it: set it to the public address, such as https://app.example.org.",
      );
    }
    return `http://localhost:${port}`;
  }
  if (!URL.canParse(value)) {
    throw new ConfigurationError(
      `ORIGIN is "${value}", which isn't an address: write it like https://app.example.org.`,
    );
  }
  const url = new URL(value);
  if (url.protocol !== "https:" && (production || url.protocol !== "http:" || !isThisMachine(url.hostname))) {
    throw new ConfigurationError(
      `ORIGIN is "${value}", which is not https: use https://${url.host}, since sessions must not be sent unencrypted.`,
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new ConfigurationError(
      `ORIGIN is "${value}", which has more than a host: set it to ${url.origin}.`,
    );
  }
  return url.origin;
}

function readDatabase(variables: Variables): string {
  const value = given(variables, "DATABASE_URL") ?? "sqlite:data/latchkey.db";
  if (/^postgres(ql)?:/.test(value)) {
    throw new ConfigurationError(
      "DATABASE_URL names PostgreSQL, which this version doesn't support yet: use sqlite:PATH.",
    );
  }
  if (!/^sqlite:./.test(value)) {
    throw new ConfigurationError('DATABASE_URL is not understood: use "sqlite:PATH" or "sqlite::memory:".');
  }
  return value;
}

function readSecretKeys(variables: Variables, production: boolean): string[] | undefined {
  const found = givenKeys(variables);
  if (found === undefined) {
    if (production) {
      throw new ConfigurationError(
        'SECRET_KEYS is not set, and production needs it: make a key with "npx latchkey keys generate".',
      );
    }
    return undefined;
  }
  const { name, keys } = found;
  if (keys.length === 0) {
    throw new ConfigurationError(`${name} holds no key: make one with "npx latchkey keys generate".`);
  }
  if (production) {
    keys.forEach((key, index) => {
      const problem = keyProblem(key);
      if (problem === null) return;
      throw new ConfigurationError(
        `${name}: key ${index + 1} of ${keys.length} can't be used: ${problem}. Make one with "npx latchkey keys generate".`,
      );
    });
  }
  return keys;
}

function readSmtpUrl(variables: Variables, production: boolean): string | undefined {
  const value = given(variables, "SMTP_URL");
  if (value === undefined) {
    if (production) {
      throw new ConfigurationError(
        "SMTP_URL is not set, and production must be able to send mail: set it like smtps://user:password@mail.example.org.",
      );
    }
    return undefined;
  }
  // The value may hold a password, so it isn't repeated.
  if (!URL.canParse(value) || !/^smtps?:$/.test(new URL(value).protocol)) {
    throw new ConfigurationError(
      "SMTP_URL isn't a mail server's address: write it like smtps://user:password@mail.example.org.",
    );
  }
  return value;
}

/** Languages by commas, such as `en,de`. */
function readLocales(variables: Variables): ShippedLocale[] {
  const value = given(variables, "LOCALES") ?? "en";
  const named = value.split(",").map((name) => name.trim());
  const locales = named.filter((name): name is ShippedLocale => name === "en" || name === "de");
  if (locales.length < named.length || new Set(locales).size < named.length) {
    throw new ConfigurationError(
      `LOCALES is "${value}", which is not understood: name en, de or both, each once, the default first, such as en,de.`,
    );
  }
  return locales;
}

/** In the form of a stored hash, as `latchkey explain --calibrate` proposes it. The options check its bounds. */
function readPasswordHash(variables: Variables): HashParameters | undefined {
  const value = given(variables, "PASSWORD_HASH");
  if (value === undefined) return undefined;
  const match = /^m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})$/.exec(value);
  if (match === null) {
    throw new ConfigurationError(
      `PASSWORD_HASH is "${value}", which is not understood: write it like m=19456,t=2,p=1 (KiB, passes, lanes of argon2id).`,
    );
  }
  const [memoryKiB, passes, parallelism] = match.slice(1).map(Number) as [number, number, number];
  return { memoryKiB, passes, parallelism };
}

/** The options of features from their variables; groups such as `login` are merged. */
function readFeatures(variables: Variables, all: readonly Feature[]): FeatureOptions {
  const options: Record<string, unknown> = {};
  for (const { name, values, default: fallback, read } of all.flatMap(
    ({ environment = [] }) => environment,
  )) {
    for (const [key, value] of Object.entries(read(oneOf(variables, name, values, fallback)))) {
      const group = options[key];
      const joins = typeof group === "object" && typeof value === "object";
      options[key] = joins ? { ...group, ...value } : value;
    }
  }
  return options;
}

/**
 * Reads and checks the environment. Throws a `ConfigurationError`. Its sentence names the variable, the problem and the
 * fix, and never repeats a secret. `plugins`: features of third parties, which may have variables too.
 *
 * @example
 * const { port, origin } = readEnvironment();
 */
export function readEnvironment(
  variables: Variables = process.env,
  plugins: readonly Feature[] = [],
): Environment {
  const production =
    oneOf<string>(variables, "NODE_ENV", ["development", "production", "test"], "development") ===
    "production";
  const port = wholeNumber(variables, "PORT", 3000, 65_535);
  if (given(variables, "REDIS_URL") !== undefined) {
    throw new ConfigurationError(
      "REDIS_URL is set, but this version keeps sessions in the database: remove it.",
    );
  }
  return {
    production,
    port,
    host: given(variables, "HOST") ?? (production ? "0.0.0.0" : "127.0.0.1"),
    origin: readOrigin(variables, production, port),
    database: readDatabase(variables),
    secretKeys: readSecretKeys(variables, production),
    smtpUrl: readSmtpUrl(variables, production),
    features: readFeatures(variables, [...features, ...plugins]),
    breachedPasswords: oneOf<string>(variables, "BREACHED_PASSWORDS", ["on", "off"], "off") === "on",
    passwordHash: readPasswordHash(variables),
    locales: readLocales(variables),
    trustedProxies: wholeNumber(variables, "TRUSTED_PROXIES", 0, 32),
    logLevel: oneOf(variables, "LOG_LEVEL", logLevels, "info"),
  };
}

/**
 * The library's options that the environment decides.
 *
 * @example
 * const auth = createAuth({ ...optionsFromEnvironment(readEnvironment()), siteName: "Notes" });
 */
export function optionsFromEnvironment(environment: Environment) {
  const { origin, database, secretKeys, trustedProxies, breachedPasswords, passwordHash, locales } =
    environment;
  return {
    ...environment.features,
    origin,
    database,
    password: { breached: breachedPasswords, ...(passwordHash === undefined ? {} : { hash: passwordHash }) },
    locales,
    trustedProxies,
    ...(secretKeys === undefined ? {} : { secretKeys }),
  } satisfies AuthOptions;
}
