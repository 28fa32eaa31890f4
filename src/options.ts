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

/** The lifetime of a session. */
export interface SessionLifetime {
  /** Ends after this long without a request. */
  idle?: Duration;
  /** Ends this long after signing in, even in use. */
  absolute?: Duration;
}

/** The service that knows the passwords of data breaches, and what happens without its answer. */
export interface BreachedPasswordOptions {
  /**
   * The URL before the five characters: any service with the API of "Pwned Passwords", such as your mirror. `http://`
   * only for loopback addresses. Default `https://api.pwnedpasswords.com/range/`.
   */
  url?: string;
  /** The longest wait for the answer; at most a minute. Default 1.5 seconds. */
  timeout?: Duration;
  /**
   * Without a usable answer in time: `allow` (default) accepts the password and logs a warning. `refuse` answers 503,
   * so that no password can be chosen until the service works again.
   */
  whenDown?: "allow" | "refuse";
}

/** The options of `createAuth`. Only `origin` and `database` are required. Every default is meant for production. */
export interface AuthOptions<
  UserFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  DataFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  Roles extends RoleGrants = RoleGrants,
> extends Latchkey.Options {
  /**
   * The public origin, such as `https://app.example.org`. Cookies, links in mail and cross-site checks use it, and
   * never a header of the request. `http://` only for `localhost` and loopback addresses.
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
  /** The path that the library's pages begin with, such as `/auth` for `/auth/login`. Default `""`, the root. */
  basePath?: string;
  /** The site's name on pages and in mail; refused as a password. Default: the origin's host. */
  siteName?: string;
  /** The fields of a user besides the library's own. */
  user?: Latchkey.UserOptions & {
    /**
     * Name → Standard Schema (valibot, zod, arktype …). Registration asks for them, and every user has them, typed.
     * Default none.
     */
    fields?: UserFields;
  };
  /** Ways to sign in besides the password. */
  login?: Latchkey.LoginOptions;
  /** The lifetime of sessions, and their data. */
  session?: {
    /** Sessions without "remember me". Default idle 7 days, absolute 30 days. */
    standard?: SessionLifetime;
    /** Sessions with "remember me". Default idle 30 days, absolute 90 days. */
    remembered?: SessionLifetime;
    /** Live sessions of an account; one more ends the one unused for longest. Default 100. */
    maximumPerUser?: number;
    /** The session dictionary (`auth.data`). */
    data?: {
      /** `cookie` (default): sealed in a cookie of at most 4,096 bytes. `server`: a row for each signed-in session. */
      store?: "cookie" | "server";
      /** Name → Standard Schema; types `auth.data`. Default: any name, values unknown. */
      fields?: DataFields;
    };
  };
  /** The rules for passwords, and the cost of their hashes. */
  password?: {
    /**
     * `default` (default): at least 8 code points. `nist`: at least 15, as SP 800-63B-4 asks if the password is the
     * only factor.
     */
    profile?: PasswordProfile;
    /**
     * `true` refuses passwords that appeared in a data breach. It asks Have I Been Pwned when a password is chosen,
     * never at sign-in. Only five hexadecimal characters of the password's SHA-1 leave the machine. Without an answer
     * in 1.5 seconds it accepts the password and logs a warning. An object changes that, or the service. Default off:
     * no request is sent, and the offline list of common passwords applies.
     */
    breached?: boolean | BreachedPasswordOptions;
    /**
     * Cost of argon2id, all three numbers; never below the default (OWASP). Default 19,456 KiB, 2 passes,
     * 1 lane.
     */
    hash?: HashParameters;
    /**
     * Secrets that are part of every hash but not of the database, newest first. Without them stolen hashes can't be
     * tried. At least 32 random bytes each, not the secret keys. A hash names its pepper; sign-ins move to the newest.
     * Losing a pepper loses the passwords hashed with it. Default none.
     */
    peppers?: readonly string[];
  };
  /**
   * Role → its permissions, for `requirePermission`; `"*"` grants all. The names are typed: a misspelt role or
   * permission doesn't compile. Default `{ admin: ["*"] }`.
   */
  roles?: Roles;
  /**
   * The number of proxies in front of the application: that many of the last addresses in `X-Forwarded-For` are
   * trusted. If the number is too high, clients choose their address. Default 0.
   */
  trustedProxies?: number;
  /** The limits of attempts. Attempts count before they are verified. */
  throttle?: Latchkey.ThrottleOptions & {
    /** The span in which attempts are counted, and the wait after the last one. Default 15 minutes. */
    window?: Duration;
    /** Wrong passwords of an account from devices that never signed in to it. Default 5. */
    perAccount?: number;
    /** Wrong passwords of an account from a device that signed in to it before. Default 5. */
    perDevice?: number;
    /** Failures of one client address (IPv4, IPv6 /64), over all secrets. Default 30. */
    perAddress?: number;
    /** Failures of all unknown devices together. Devices that signed in before aren't limited by it. Default 10,000. */
    perSite?: number;
    /**
     * Wrong passwords in a row, over any time, until the password is off and needs a reset (SP 800-63B 3.2.2). Devices
     * that signed in before count separately. Default 100.
     */
    consecutiveFailures?: number;
    /**
     * Right sign-ins of an account. None is ever refused. Further ones wait behind those of all other accounts, and
     * cause no more notices of new devices. Default 20.
     */
    signInsPerAccount?: number;
    /** Mails a stranger can cause to one address in an hour, over all kinds. Default 5. */
    mailsPerRecipient?: number;
  };
  /** The destinations of pages, and the parts around them. */
  pages?: {
    /** The destination of the site's name. Default `/`. */
    home?: string;
    /** The destination of a sign-in without `next`. Default `/dashboard`. */
    afterLogin?: string;
    /**
     * Origins that the page after a sign-in may redirect to, such as `https://pay.example`; `https:` is all of them.
     * Without them Chrome stops a form that leads to another origin (CSP `form-action`). Default none.
     */
    formActions?: readonly string[];
    /** Links in the header. Default: log in and register, for signed-out visitors. */
    navigation?: NavigationItem[];
    /** A help link in the footer of every page (WCAG 3.2.6). Default none. */
    help?: { label: string; href: string };
  };
  /**
   * The languages of pages and mail; the first is the default. A request is answered in the account's language, else in
   * the best of `Accept-Language`. An object is your own language, with every text of the library. Default `["en"]`.
   */
  locales?: readonly ("en" | "de" | LocaleFolder)[];
  /** Your own sentences instead of the library's, in the default language. */
  messages?: DeepPartial<Messages>;
  /** The transport and the sender of mail. */
  mail?: {
    /**
     * Sends a mail: `smtpTransport(url)` of `latchkey/smtp`, or your function that calls a provider's API. Without one,
     * mail stays readable on a localhost origin (`auth.mailbox()`, `/dev/mailbox`). On an https origin it waits in the
     * outbox until a transport is set. Default none.
     */
    transport?: MailTransport | SendMail;
    /** The sender. Default `SITE <no-reply@HOST>`. */
    from?: string;
  };
  /** The largest request body of the library's own routes, in bytes. Default 65,536. */
  bodyLimitBytes?: number;
  /**
   * Hooks that run before something happens. A hook may refuse with a sentence. One that throws or takes longer than 5
   * seconds refuses too. `register` runs before any look-up, `signIn` only after the proof. Default none.
   */
  before?: BeforeHooks;
  /**
   * Listeners that run in the transaction of the event; their errors undo it. Listeners of refusals run after the answer.
   * Default none.
   */
  on?: OnHooks;
  /** Listeners that run as a job afterwards, at least once. Default none. */
  after?: AfterHooks;
  /** Features of third parties. Default none. */
  plugins?: readonly Feature[];
  /** The number of password hashes that run and wait at once. */
  hashing?: {
    /** Hashes at once. Default: one a core, but two threads of the pool always stay free. */
    concurrency?: number;
    /** Hashes that may wait; one more is refused with 503 and `Retry-After`. Default 256. */
    queueLimit?: number;
    /** A job that waited longer is refused with 503. Default 10 seconds. */
    deadline?: Duration;
  };
  /**
   * The interval of the clean-up. It deletes expired sessions, tokens, counters, registrations, sent mail, and accounts
   * whose deletion is due. It shortens the origin of old events. Default 1 hour; at least a minute. `false`: never, for
   * programs that call `auth.cleanUp()` or `latchkey cleanup`.
   */
  cleanupInterval?: Duration | false;
  /** Receives events and problems. Default: warnings and errors to stderr, one JSON object a line. */
  logger?: Logger;
  /** The source of time, for tests. Default: the system's clock. */
  clock?: Clock;
}
