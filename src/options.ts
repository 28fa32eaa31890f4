import type { RoleGrants } from "./core/access/index.ts";
import type { Feature } from "./core/feature/index.ts";
import type { AfterHooks, BeforeHooks, OnHooks } from "./core/hooks/index.ts";
import type { MailTransport, SendMail } from "./core/outbox/index.ts";
import type { HashParameters, PasswordProfile } from "./core/passwords/index.ts";
import type { NavigationItem } from "./core/settings.ts";
import type { FieldSchema } from "./core/users/index.ts";
import type { DeepPartial, LocaleFolder, Messages } from "./core/words/index.ts";
import type { Logger } from "./platform/log/index.ts";
import type { Clock, Duration } from "./platform/time/index.ts";

/** How long a session lives. */
export interface SessionLifetime {
  /** Ends after this long without a request. */
  idle?: Duration;
  /** Ends this long after signing in, whatever happens in between. */
  absolute?: Duration;
}

/** Which service knows the passwords of data breaches, and what holds when it doesn't answer. */
export interface BreachedPasswordOptions {
  /**
   * Where the five characters are appended: any service with the API of "Pwned Passwords", such as a mirror of yours.
   * `http://` for loopback addresses only. Default `https://api.pwnedpasswords.com/range/`.
   */
  url?: string;
  /** How long a password waits for the answer; at most a minute. Default 1.5 seconds. */
  timeout?: Duration;
  /**
   * When there is no usable answer in time: `allow` (default) accepts the password and logs a warning; `refuse` answers
   * 503, so nobody chooses a password until the service is back.
   */
  whenDown?: "allow" | "refuse";
}

/** Everything `createAuth` takes. Only `origin` and `database` are required; every default is meant for production. */
export interface AuthOptions<
  UserFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  DataFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  Roles extends RoleGrants = RoleGrants,
> extends Latchkey.Options {
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
  secretKeys?: readonly string[] | undefined;
  /** A path the library's pages are mounted under, such as `/auth` for `/auth/login`. Default `""`, the root. */
  basePath?: string;
  /** The name people see on pages and in mail; refused as a password. Default: the origin's host. */
  siteName?: string;
  /** What a user has besides the library's own fields. */
  user?: Latchkey.UserOptions & {
    /** Name → Standard Schema (valibot, zod, arktype …). Asked for at registration, typed on every user. Default none. */
    fields?: UserFields;
  };
  /** Ways to sign in besides the password. */
  login?: Latchkey.LoginOptions;
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
     * `true` refuses passwords that appeared in a data breach, by asking Have I Been Pwned whenever one is chosen, never
     * at sign-in. Five hexadecimal characters of the password's SHA-1 leave the machine, and nothing about
     * whose it is. Without an answer in 1.5 seconds the password is accepted and a warning logged; an object changes
     * that, or the service. Default off: nothing goes over the network, and the offline list of common passwords holds.
     */
    breached?: boolean | BreachedPasswordOptions;
    /**
     * Cost of argon2id, all three numbers; never below the default (OWASP). Default 19,456 KiB, 2 passes,
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
  /**
   * Role → permissions it grants, for `requirePermission`; `"*"` grants all. The names are typed: a misspelt role or
   * permission doesn't compile. Default `{ admin: ["*"] }`.
   */
  roles?: Roles;
  /**
   * How many proxies stand in front of the application: that many of the last addresses in `X-Forwarded-For` are
   * believed. Too high a number lets clients choose their address. Default 0.
   */
  trustedProxies?: number;
  /** How much may be tried before waiting. Attempts count before they are verified. */
  throttle?: Latchkey.ThrottleOptions & {
    /** The span attempts are counted over, and the wait after the last one. Default 15 minutes. */
    window?: Duration;
    /** Wrong passwords of an account from devices that never signed in to it. Default 5. */
    perAccount?: number;
    /** Wrong passwords of an account from one device that did. Default 5. */
    perDevice?: number;
    /** Failures of one client address (IPv4, IPv6 /64) over everything it tries. Default 30. */
    perAddress?: number;
    /**
     * Failures of everybody together, apart from devices that signed in before, which go on when this is used up. Default
     * 10,000.
     */
    perSite?: number;
    /**
     * Wrong passwords in a row, whatever time they take, before the password is off until it is reset (SP 800-63B 3.2.2).
     * Devices that signed in before count for themselves. Default 100.
     */
    consecutiveFailures?: number;
    /**
     * Right sign-ins of an account. None is ever refused: further ones wait behind those of all other accounts, and
     * cause no more notices of new devices. Default 20.
     */
    signInsPerAccount?: number;
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
  /**
   * The languages of pages and mail; the first is the default. A request is answered in the account's language, else in the
   * best of `Accept-Language`. An object is a language of your own with every text of the library. Default `["en"]`.
   */
  locales?: readonly ("en" | "de" | LocaleFolder)[];
  /** Sentences of your own in place of the library's, in the default language. */
  messages?: DeepPartial<Messages>;
  /** How mail leaves, and from whom. */
  mail?: {
    /**
     * Sends a mail: `smtpTransport(url)` of `latchkey/smtp`, or a function of yours that calls a provider's API. Default
     * none: on a localhost origin mail stays readable instead (`auth.mailbox()`, `/dev/mailbox`); on an https origin it
     * waits in the outbox until there is a transport.
     */
    transport?: MailTransport | SendMail;
    /** The sender. Default `SITE <no-reply@HOST>`. */
    from?: string;
  };
  /** Request bodies of the library's own routes may have this many bytes. Default 65,536. */
  bodyLimitBytes?: number;
  /**
   * Asked before something happens: a hook may refuse with a sentence, and one that throws or takes longer than 5 seconds
   * refuses too. `register` is asked before anything is looked up, `signIn` only after the proof. Default none.
   */
  before?: BeforeHooks;
  /**
   * Listeners that run in the transaction of what happened; their errors undo it. Those of refusals run after the answer.
   * Default none.
   */
  on?: OnHooks;
  /** Listeners that run as a job afterwards, at least once. Default none. */
  after?: AfterHooks;
  /** Features of third parties. Default none. */
  plugins?: readonly Feature[];
  /** How many password hashes run at once, and how many wait. */
  hashing?: {
    /** Hashes at once. Default: one a core, but always two slots of the thread pool stay free. */
    concurrency?: number;
    /** Hashes that may wait; one more is refused with 503 and `Retry-After`. Default 256. */
    queueLimit?: number;
    /** A job that waited longer is refused with 503. Default 10 seconds. */
    deadline?: Duration;
  };
  /**
   * How often what expired is deleted: sessions, tokens, counters, registrations, sent mail, accounts whose deletion is due,
   * and where old events came from. Default 1 hour; at least a minute. `false`: never by itself, for programs that call
   * `auth.cleanUp()` or `latchkey cleanup`.
   */
  cleanupInterval?: Duration | false;
  /** Where events and problems are written. Default: warnings and errors to stderr, one JSON object a line. */
  logger?: Logger;
  /** Where the time comes from, for tests. Default: the system's clock. */
  clock?: Clock;
}
