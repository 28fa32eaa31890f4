import { hostname } from "node:os";
import { type Feature, settingsOfFeatures } from "./core/feature/index.ts";
import {
  areParametersWithinLimits,
  defaultHashParameters,
  type HashParameters,
} from "./core/passwords/index.ts";
import type { BreachedPasswordService, Settings } from "./core/settings.ts";
import { checkFieldNames, type FieldSchema } from "./core/users/index.ts";
import { wholeOption } from "./core/whole-option.ts";
import type { LocaleFolder } from "./core/words/index.ts";
import type { AuthOptions, BreachedPasswordOptions, SessionLifetime } from "./options.ts";
import { ConfigurationError } from "./platform/errors/index.ts";
import { cookieNamesFor, isFormAction, isLoopback } from "./platform/http/index.ts";
import { DAY, type Duration, HOUR, MINUTE, milliseconds } from "./platform/time/index.ts";

function readOrigin(origin: string): URL {
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    throw new ConfigurationError(`origin "${origin}" isn't a URL: write it like https://app.example.org.`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new ConfigurationError(`origin "${origin}" must begin with https://.`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new ConfigurationError(
      `origin "${origin}" must end with the host: write ${url.protocol}//${url.host}.`,
    );
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new ConfigurationError(
      `origin "${origin}" must begin with https://: plain http is only for localhost, where no session can be stolen.`,
    );
  }
  return url;
}

function readBasePath(basePath: string): string {
  if (basePath === "" || /^(\/[A-Za-z0-9_-]+)+$/.test(basePath)) return basePath;
  throw new ConfigurationError(
    `basePath "${basePath}" must be "" or a path such as "/auth", without a slash at the end.`,
  );
}

function lifetime(given: SessionLifetime | undefined, name: string, idle: number, absolute: number) {
  const idleMs = milliseconds(given?.idle ?? idle, `session.${name}.idle`);
  const absoluteMs = milliseconds(given?.absolute ?? absolute, `session.${name}.absolute`);
  // Browsers limit a cookie's life to 400 days (RFC 6265bis 5.5).
  if (idleMs <= 0 || absoluteMs < idleMs || absoluteMs > 400 * DAY) {
    throw new ConfigurationError(
      `session.${name} must have 0 < idle ≤ absolute ≤ 400 days: absolute is the longest life of a session.`,
    );
  }
  return { idleMs, absoluteMs };
}

function hashParameters(given: HashParameters | undefined, allowWeak: boolean): HashParameters {
  if (given === undefined) return defaultHashParameters;
  const enough =
    given.memoryKiB * given.passes >= defaultHashParameters.memoryKiB * defaultHashParameters.passes;
  if (!enough && !allowWeak) {
    throw new ConfigurationError(
      "password.hash is weaker than argon2id with 19456 KiB and 2 passes: raise memoryKiB or passes.",
    );
  }
  if (!areParametersWithinLimits(given)) {
    throw new ConfigurationError(
      "password.hash asks for too much: at most 262144 KiB, 64 passes, 16 lanes of 8 KiB or more, and 1048576 KiB times passes.",
    );
  }
  return given;
}

function breachedPasswordService(
  given: boolean | BreachedPasswordOptions | undefined,
): BreachedPasswordService | undefined {
  if (given === undefined || given === false) return undefined;
  const {
    url = "https://api.pwnedpasswords.com/range/",
    timeout = 1500,
    whenDown = "allow",
  } = given === true ? {} : given;
  const place = URL.canParse(url) ? new URL(url) : undefined;
  const isSafe = place?.protocol === "https:" || (place?.protocol === "http:" && isLoopback(place.hostname));
  // Its value isn't repeated, since it may hold a password.
  if (place === undefined || !isSafe || place.username + place.password + place.search + place.hash !== "") {
    throw new ConfigurationError(
      "password.breached.url must be an https:// address that ends in a path, such as https://mirror.example.org/range/.",
    );
  }
  const timeoutMs = milliseconds(timeout, "password.breached.timeout");
  if (timeoutMs <= 0 || timeoutMs > MINUTE) {
    throw new ConfigurationError("password.breached.timeout must be above zero and at most a minute.");
  }
  if (whenDown !== "allow" && whenDown !== "refuse") {
    throw new ConfigurationError(
      `password.breached.whenDown "${whenDown}" is unknown: use "allow" or "refuse".`,
    );
  }
  return { url: place.href.replace(/\/?$/, "/"), timeoutMs, whenDown };
}

const shippedLocales: readonly string[] = ["en", "de"];

/** As `Intl` writes it (BCP 47), since it formats dates. */
function isLanguageTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language)[0] === language;
  } catch {
    return false;
  }
}

/** The languages that are switched on. Throws a `ConfigurationError` with one sentence that says the fix. */
export function resolveLocales(
  locales: readonly (string | LocaleFolder)[] = ["en"],
): readonly (string | LocaleFolder)[] {
  if (locales.length === 0)
    throw new ConfigurationError('locales is empty: name at least one, such as ["en"].');
  const seen = new Set<string>();
  for (const locale of locales) {
    const language = typeof locale === "string" ? locale : locale.language;
    if (typeof locale === "string" && !shippedLocales.includes(locale)) {
      throw new ConfigurationError(
        `locales names "${locale}", which isn't shipped: use "en", "de", or an object with its own words.`,
      );
    }
    if (!isLanguageTag(language)) {
      throw new ConfigurationError(`locales names "${language}": write a language like "fr" or "pt-BR".`);
    }
    if (seen.has(language)) throw new ConfigurationError(`locales names "${language}" twice: remove one.`);
    seen.add(language);
  }
  return locales;
}

function sweepingEvery(every: Duration | false): number | null {
  if (every === false) return null;
  const everyMs = milliseconds(every, "cleanupInterval");
  // Above this a timer of Node fires at once.
  if (everyMs < MINUTE || everyMs > 24 * DAY) {
    throw new ConfigurationError("cleanupInterval must be between a minute and 24 days, or false.");
  }
  return everyMs;
}

/** Options with any fields. */
type AnyOptions = AuthOptions<Record<string, FieldSchema>, Record<string, FieldSchema>>;

/**
 * Checks the options and fills in the defaults; each feature does so for its own. Throws a `ConfigurationError` with
 * one sentence that says the fix. `weakHashes` is only for `latchkey/testing`.
 */
export function resolveOptions(
  options: AnyOptions,
  { weakHashes = false }: { weakHashes?: boolean },
  features: readonly Feature[],
): Settings {
  return { ...resolveOwn(options, weakHashes), ...settingsOfFeatures(features, options) };
}

/** The origins that forms may lead to by redirects. */
function readFormActions(origins: readonly string[]): readonly string[] {
  const wrong = origins.find((value) => !isFormAction(value));
  if (wrong === undefined) return origins;
  throw new ConfigurationError(
    `pages.formActions has "${wrong}", which isn't an origin: write it like https://pay.example, or https: for all.`,
  );
}

/** The settings that belong to no feature. */
function resolveOwn(
  options: AnyOptions,
  weakHashes: boolean,
): Omit<Settings, keyof Latchkey.Settings | "lifetimes"> {
  const origin = readOrigin(options.origin);
  const basePath = readBasePath(options.basePath ?? "");
  const siteName = options.siteName ?? origin.hostname;
  const { session = {}, throttle = {}, pages = {} } = options;
  const userFields = options.user?.fields ?? {};
  checkFieldNames(userFields);
  const mailHost = origin.hostname === "localhost" ? hostname() : origin.hostname;
  return {
    origin,
    https: origin.protocol === "https:",
    basePath,
    siteName,
    cookies: cookieNamesFor(origin),
    userFields,
    sessions: {
      standard: lifetime(session.standard, "standard", 7 * DAY, 30 * DAY),
      remembered: lifetime(session.remembered, "remembered", 30 * DAY, 90 * DAY),
      maximumPerUser: wholeOption(session.maximumPerUser, 100, "session.maximumPerUser"),
    },
    freshness: { openMs: 10 * MINUTE, submitMs: 20 * MINUTE },
    dataStore: session.data?.store ?? "cookie",
    dataFields: session.data?.fields ?? {},
    password: {
      profile: options.password?.profile ?? "default",
      parameters: hashParameters(options.password?.hash, weakHashes),
      breached: breachedPasswordService(options.password?.breached),
    },
    throttle: {
      windowMs: milliseconds(throttle.window ?? 15 * MINUTE, "throttle.window"),
      perAccount: wholeOption(throttle.perAccount, 5, "throttle.perAccount"),
      perDevice: wholeOption(throttle.perDevice, 5, "throttle.perDevice"),
      perAddress: wholeOption(throttle.perAddress, 30, "throttle.perAddress"),
      perSite: wholeOption(throttle.perSite, 10_000, "throttle.perSite"),
      consecutiveFailures: wholeOption(throttle.consecutiveFailures, 100, "throttle.consecutiveFailures"),
      signInsPerAccount: wholeOption(throttle.signInsPerAccount, 20, "throttle.signInsPerAccount"),
      mailsPerRecipient: wholeOption(throttle.mailsPerRecipient, 5, "throttle.mailsPerRecipient"),
      mailWindowMs: HOUR,
    },
    cleanupIntervalMs: sweepingEvery(options.cleanupInterval ?? HOUR),
    roles: options.roles ?? { admin: ["*"] },
    trustedProxies: wholeOption(options.trustedProxies, 0, "trustedProxies", 0),
    bodyLimitBytes: wholeOption(options.bodyLimitBytes, 65_536, "bodyLimitBytes", 1024),
    pages: {
      home: pages.home ?? "/",
      afterLogin: pages.afterLogin ?? "/dashboard",
      formActions: readFormActions(pages.formActions ?? []),
      navigation: pages.navigation,
      help: pages.help,
    },
    mailFrom: options.mail?.from ?? `${siteName.replace(/[^\p{L}\p{N} .-]/gu, "")} <no-reply@${mailHost}>`,
  };
}
