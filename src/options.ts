import { hostname } from "node:os";
import type { Logger } from "./core/core.ts";
import type { MailTransport } from "./core/outbox/index.ts";
import { defaultHashParameters, type HashParameters, type PasswordProfile } from "./core/passwords/index.ts";
import type { NavigationItem, RegistrationMode, Settings } from "./core/settings.ts";
import { checkFieldNames, type FieldSchema } from "./core/users/index.ts";
import { ConfigurationError } from "./platform/errors/index.ts";
import { type DeepPartial, type Messages, withMessages } from "./platform/html/index.ts";
import { cookieNamesFor } from "./platform/http/index.ts";
import { type Clock, DAY, type Duration, HOUR, MINUTE, milliseconds } from "./platform/time/index.ts";

/** How long a session lives. */
export interface SessionLifetime {
  /** Ends after this long without a request. */
  idle?: Duration;
  /** Ends this long after signing in, whatever happens in between. */
  absolute?: Duration;
}

export interface AuthOptions<
  UserFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  DataFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
> {
  /**
   * The public origin, such as `https://app.example.org`. Cookies, links in mail and cross-site checks go by it and
   * never by a header of the request. `http://` only for `localhost` and loopback addresses.
   */
  origin: string;
  /** `sqlite:PATH` or `sqlite::memory:`. A relative path is relative to the working directory. */
  database: string;
  /**
   * Secrets of at least 32 random bytes, newest first: the first signs and encrypts, all verify. Make one with
   * `npx latchkey keys generate`. Default on a localhost origin: made once and kept in the file `secret-key` beside
   * the database (mode 0600). Required on an https origin.
   */
  secretKeys?: readonly string[];
  /** A path the library's pages are mounted under, such as `/auth` for `/auth/login`. Default `""`, the root. */
  basePath?: string;
  /** The name people see on pages and in mail; refused as a password. Default: the origin's host. */
  siteName?: string;
  /**
   * Who may register. `confirm-first` (default): an account exists once its address is proven, and nobody learns
   * which addresses have one. `open`: signed in at once. `invite-only`, `closed`: only operators make accounts.
   */
  registration?: RegistrationMode;
  /** What a user has besides the library's own fields. */
  user?: {
    /** Name → Standard Schema (valibot, zod, arktype …). Asked for at registration, typed on every user. Default none. */
    fields?: UserFields;
  };
  /** How long a login lasts, and what it remembers. */
  session?: {
    /** Sessions without "remember me". Default idle 7 days, absolute 30 days. */
    standard?: SessionLifetime;
    /** Sessions with "remember me". Default idle 30 days, absolute 90 days. */
    remembered?: SessionLifetime;
    /** Live sessions an account may have; one more ends the one unused for longest. Default 100. */
    maximumPerUser?: number;
    /** The session dictionary (`auth.data`). */
    data?: {
      /** `cookie` (default): sealed in a cookie of at most 4,096 bytes. `server`: a row for each signed-in session. */
      store?: "cookie" | "server";
      /** Name → Standard Schema; types `auth.data`. Default: any name, values unknown. */
      fields?: DataFields;
    };
  };
  /** What a password must be, and what its hash costs. */
  password?: {
    /**
     * `default` (default): at least 8 code points. `nist`: at least 15, as SP 800-63B-4 asks where a password stands
     * alone.
     */
    profile?: PasswordProfile;
    /**
     * Cost of argon2id, all three numbers; never below the default (OWASP, row PW-14). Default 19,456 KiB, 2 passes,
     * 1 lane.
     */
    hash?: HashParameters;
    /**
     * Secrets that go into every hash and stand nowhere in the database, newest first: without them stolen hashes can't
     * be tried at all. At least 32 random bytes each, not the secret keys. A hash names its pepper; sign-ins move to the
     * newest. Losing one loses the passwords hashed with it. Default none.
     */
    peppers?: readonly string[];
  };
  /** Role → permissions it grants, for `requirePermission`; `"*"` grants all. Default `{ admin: ["*"] }`. */
  roles?: Record<string, readonly string[]>;
  /**
   * How many proxies stand in front of the application: that many of the last addresses in `X-Forwarded-For` are
   * believed. Too high a number lets clients choose their address. Default 0.
   */
  trustedProxies?: number;
  /** How much may be tried before waiting. Attempts count before they are verified. */
  throttle?: {
    /** The span attempts are counted over, and the wait after the last one. Default 15 minutes. */
    window?: Duration;
    /** Wrong passwords of an account from devices that never signed in to it. Default 5. */
    perAccount?: number;
    /** Wrong passwords of an account from one device that did. Default 5. */
    perDevice?: number;
    /** Failures of one client address (IPv4, IPv6 /64) over everything it tries. Default 30. */
    perAddress?: number;
    /** Registrations from one client address. Default 30. */
    registrationsPerAddress?: number;
    /** Mails a stranger can cause to one address in an hour, over all kinds. Default 5. */
    mailsPerRecipient?: number;
  };
  /** Where pages lead, and what stands around them. */
  pages?: {
    /** Where the site's name leads. Default `/`. */
    home?: string;
    /** Where signing in leads when nothing else was asked for. Default `/dashboard`. */
    afterLogin?: string;
    /** Links in the header. Default: log in and register for those who are signed out. */
    navigation?: NavigationItem[];
    /** A help link in the footer of every page (WCAG 3.2.6). Default none. */
    help?: { label: string; href: string };
  };
  /** Sentences in place of the library's English ones: a translation, or single ones in your own voice. */
  messages?: DeepPartial<Messages>;
  /** How mail leaves, and from whom. */
  mail?: {
    /**
     * Sends a mail. Default none: on a localhost origin mail stays readable instead (`auth.mailbox()`, `/dev/mailbox`); on
     * an https origin it waits in the outbox until there is a transport.
     */
    transport?: MailTransport;
    /** The sender. Default `SITE <no-reply@HOST>`. */
    from?: string;
  };
  /** Request bodies of the library's own routes may have this many bytes. Default 65,536. */
  bodyLimitBytes?: number;
  /** How many password hashes run at once, and how many wait. */
  hashing?: {
    /** Hashes at once. Default: one a core, but always two slots of the thread pool stay free. */
    concurrency?: number;
    /** Hashes that may wait; one more is refused with 503 and `Retry-After`. Default 256. */
    queueLimit?: number;
    /** A job that waited longer is refused with 503. Default 10 seconds. */
    deadline?: Duration;
  };
  /** Where events and problems are written. Default: warnings and errors to stderr, one JSON object a line. */
  logger?: Logger;
  /** Where the time comes from, for tests. Default: the system's clock. */
  clock?: Clock;
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.+\.localhost)$/;

function readOrigin(origin: string): URL {
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    throw new ConfigurationError(`origin "${origin}" is no URL: write it like https://app.example.org.`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new ConfigurationError(`origin "${origin}" must begin with https://.`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new ConfigurationError(
      `origin "${origin}" may hold nothing after the host: write ${url.protocol}//${url.host}.`,
    );
  }
  if (url.protocol === "http:" && !loopback.test(url.hostname)) {
    throw new ConfigurationError(
      `origin "${origin}" must begin with https://: plain http is for localhost only, where no session can be stolen.`,
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
  // Browsers cut a cookie's life at 400 days (RFC 6265bis 5.5).
  if (idleMs <= 0 || absoluteMs < idleMs || absoluteMs > 400 * DAY) {
    throw new ConfigurationError(
      `session.${name} must have 0 < idle ≤ absolute ≤ 400 days: absolute is the longest a session can live.`,
    );
  }
  return { idleMs, absoluteMs };
}

function whole(value: number | undefined, fallback: number, name: string, least = 1): number {
  if (value === undefined) return fallback;
  if (!Number.isSafeInteger(value) || value < least) {
    throw new ConfigurationError(`${name} must be a whole number of at least ${least}.`);
  }
  return value;
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
  return given;
}

/** The links of the header where none are configured. */
function defaultNavigation(
  messages: Messages,
  basePath: string,
  registration: RegistrationMode,
): NavigationItem[] {
  const items: NavigationItem[] = [
    { label: messages.common.login, href: `${basePath}/login`, to: "signed-out" },
  ];
  if (registration === "open" || registration === "confirm-first") {
    items.push({ label: messages.common.register, href: `${basePath}/register`, to: "signed-out" });
  }
  return items;
}

/**
 * Checks the options and fills in the defaults. Throws a `ConfigurationError` with one sentence that says the fix.
 * `weakHashes` is for `latchkey/testing` alone, where passwords protect nothing.
 */
export function resolveOptions(
  options: AuthOptions<Record<string, FieldSchema>, Record<string, FieldSchema>>,
  { weakHashes = false } = {},
): Settings {
  const origin = readOrigin(options.origin);
  const basePath = readBasePath(options.basePath ?? "");
  const siteName = options.siteName ?? origin.hostname;
  const registration = options.registration ?? "confirm-first";
  if (!["confirm-first", "open", "invite-only", "closed"].includes(registration)) {
    throw new ConfigurationError(
      `registration "${registration}" is unknown: use confirm-first, open, invite-only or closed.`,
    );
  }
  const messages = options.messages === undefined ? withMessages({}) : withMessages(options.messages);
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
    registration,
    userFields,
    sessions: {
      standard: lifetime(session.standard, "standard", 7 * DAY, 30 * DAY),
      remembered: lifetime(session.remembered, "remembered", 30 * DAY, 90 * DAY),
      maximumPerUser: whole(session.maximumPerUser, 100, "session.maximumPerUser"),
    },
    freshness: { openMs: 10 * MINUTE, submitMs: 20 * MINUTE },
    dataStore: session.data?.store ?? "cookie",
    dataFields: session.data?.fields ?? {},
    password: {
      profile: options.password?.profile ?? "default",
      parameters: hashParameters(options.password?.hash, weakHashes),
    },
    throttle: {
      windowMs: milliseconds(throttle.window ?? 15 * MINUTE, "throttle.window"),
      perAccount: whole(throttle.perAccount, 5, "throttle.perAccount"),
      perDevice: whole(throttle.perDevice, 5, "throttle.perDevice"),
      perAddress: whole(throttle.perAddress, 30, "throttle.perAddress"),
      registrationsPerAddress: whole(
        throttle.registrationsPerAddress,
        30,
        "throttle.registrationsPerAddress",
      ),
      mailsPerRecipient: whole(throttle.mailsPerRecipient, 5, "throttle.mailsPerRecipient"),
      mailWindowMs: HOUR,
    },
    lifetimes: {
      confirmationMs: 24 * HOUR,
      choosePasswordMs: 7 * DAY,
      pendingRegistrationMs: 7 * DAY,
      deviceMs: 400 * DAY,
    },
    roles: options.roles ?? { admin: ["*"] },
    trustedProxies: whole(options.trustedProxies, 0, "trustedProxies", 0),
    bodyLimitBytes: whole(options.bodyLimitBytes, 65_536, "bodyLimitBytes", 1024),
    pages: {
      home: pages.home ?? "/",
      afterLogin: pages.afterLogin ?? "/dashboard",
      navigation: pages.navigation ?? defaultNavigation(messages, basePath, registration),
      help: pages.help,
    },
    messages,
    mailFrom: options.mail?.from ?? `${siteName.replace(/[^\p{L}\p{N} .-]/gu, "")} <no-reply@${mailHost}>`,
  };
}
