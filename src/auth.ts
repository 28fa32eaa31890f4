import type { Core, Logger, RequestFacts } from "./core/core.ts";
import { createOutbox, type KeptMail } from "./core/outbox/index.ts";
import { createHashAdmission, createPasswordService, hashBackend } from "./core/passwords/index.ts";
import {
  asksForJson,
  asRefusal,
  checkCsrfToken,
  checkRequestOrigin,
  createRouter,
  dispatch,
  errorResponse,
  fromWebRequest,
  type IncomingRequest,
  isUnsafe,
  notes,
  type Page,
  pageResponse,
  RequestAuth,
  type Route,
  recordRefusal,
} from "./core/requests/index.ts";
import { createSessionReader, type LoginCompleted, type Session } from "./core/sessions/index.ts";
import type { Settings } from "./core/settings.ts";
import type { FieldSchema, FieldValues, User } from "./core/users/index.ts";
import { accountRoutes, changePassword, type PasswordChangeInput } from "./features/account/index.ts";
import { adminRoutes } from "./features/admin/index.ts";
import {
  type ConfirmationInput,
  confirmEmail,
  emailConfirmationRoutes,
  resendConfirmation,
} from "./features/email-confirmation/index.ts";
import { type LoginInput, login, loginRoutes } from "./features/login/index.ts";
import { logout, logoutRoutes } from "./features/logout/index.ts";
import { openapiRoutes } from "./features/openapi/index.ts";
import {
  choosePassword,
  type PasswordChoiceInput,
  passwordResetRoutes,
} from "./features/password-reset/index.ts";
import { reauthenticate, reauthenticateRoutes } from "./features/reauthenticate/index.ts";
import { type RegistrationInput, register, registrationRoutes } from "./features/registration/index.ts";
import { sessionRoutes } from "./features/session/index.ts";
import { stderrLogger } from "./logger.ts";
import { type AuthOptions, resolveOptions } from "./options.ts";
import { attempt, type Outcome } from "./outcome.ts";
import { createKeyRing, type Secret } from "./platform/crypto/index.ts";
import { type Database, migrate, migrations, openSqlite } from "./platform/database/index.ts";
import { ConfigurationError, LatchkeyError } from "./platform/errors/index.ts";
import { assets } from "./platform/html/index.ts";
import { assetResponse } from "./platform/http/index.ts";
import { milliseconds, systemClock } from "./platform/time/index.ts";
import { readPeppers, readSecretKeys } from "./secret-keys.ts";
import { sweep } from "./sweep.ts";
import { createUserAdministration, type UserAdministration } from "./user-administration.ts";

/** Where a request came from, for those who call `for` and `handle` themselves. */
export interface ConnectionInfo {
  /** The address at the other end of the socket. */
  socketAddress?: string | undefined;
}

/** A request: Web-standard, or already wrapped by an adapter. */
export type AnyRequest = Request | IncomingRequest;

/** The session dictionary's type: what the options declare, or anything. */
export type DataValues<DataFields extends Record<string, FieldSchema>> = [keyof DataFields] extends [never]
  ? Record<string, unknown>
  : FieldValues<DataFields>;

/** The auth object: made once, shared by everything. */
export interface Auth<Fields extends object = object, Values extends object = Record<string, unknown>> {
  /** Resolves when the database is open and migrated; rejects with a `ConfigurationError`. Everything waits for it. */
  ready(): Promise<void>;
  /** What is known about a request: user, session, dictionary, CSRF token. One lookup a request, however often asked. */
  for(request: AnyRequest, info?: ConnectionInfo): Promise<RequestAuth<Fields, Values>>;
  /** Answers a request for one of the library's own paths; null for every other path. */
  handle(request: AnyRequest, info?: ConnectionInfo): Promise<Response | null>;
  /** Refuses what another site sent, by headers alone; adapters call it for every unsafe request. Throws `csrf_failed`. */
  checkOrigin(request: IncomingRequest): void;
  /** Demands the CSRF token for an unsafe request of the application. Throws `csrf_failed`. */
  checkToken(request: IncomingRequest): Promise<void>;
  /** A refusal as the library answers it: a problem, a way to sign in, or a page. Never throws. */
  refuse(request: AnyRequest, error: unknown): Promise<Response>;
  /** A page of the application inside the library's layout, with its security headers. */
  page(request: AnyRequest, page: Page, status?: number): Promise<Response>;

  register(input: RegistrationInput, context: AuthContext): Promise<Outcome<RegistrationOutcome>>;
  confirmEmail(input: ConfirmationInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  resendConfirmation(email: string, context: AuthContext): Promise<Outcome<object>>;
  login(input: LoginInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  logout(context: AuthContext): Promise<Outcome<object>>;
  reauthenticate(password: string, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  changePassword(input: PasswordChangeInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  choosePassword(input: PasswordChoiceInput, context: AuthContext): Promise<Outcome<object>>;

  /** What operators do with accounts. Takes who does it; never reads an identity from a request. */
  readonly users: UserAdministration;
  /** The open database, for the application's own tables. */
  readonly database: Database;
  readonly settings: Settings;
  /** Every route of the library, as declared. */
  readonly routes: readonly Route[];
  readonly log: Logger;
  /** Mail that was kept instead of sent, newest first; empty where a transport sends it. */
  mailbox(): Promise<KeptMail[]>;
  /** Resolves when all mail that is due has left. */
  deliverMail(): Promise<void>;
  /** How sessions were checked and hashes queued, for metrics. */
  metrics(): {
    sessions: { reads: number; hits: number; writes: number };
    hashing: { running: number; waiting: number };
  };
  /** Deletes what is over: sessions, tokens, registrations, counters, sent mail. Returns how many rows. */
  sweep(): Promise<number>;
  /** Writes what is pending, stops the outbox, closes the database. */
  close(): Promise<void>;
  /** Applications don't need it; doors and tests do. */
  readonly core: Core;
}

/**
 * What a function call happens in: the request's auth (from `auth.for`), whose cookies it then sets; or plain facts
 * for scripts.
 */
export type AuthContext = RequestAuth | Partial<RequestFacts>;

/** A completed login; the cookies are set on the request's auth, if there is one. */
export interface LoginOutcome {
  user: User;
  session: Session;
  /**
   * The session cookie's value, for scripts that speak HTTP themselves; null where the session was there before.
   * Prints as `[redacted]`.
   */
  sessionToken: Secret | null;
}

export type RegistrationOutcome = { status: "confirmation_sent" } | ({ status: "signed_in" } & LoginOutcome);

const routes: readonly Route[] = [
  ...registrationRoutes,
  ...emailConfirmationRoutes,
  ...loginRoutes,
  ...logoutRoutes,
  ...sessionRoutes,
  ...reauthenticateRoutes,
  ...passwordResetRoutes,
  ...accountRoutes,
  ...adminRoutes,
  ...openapiRoutes(() => routes),
];

function openDatabase(place: string): Database {
  if (place.startsWith("sqlite:") && place.length > "sqlite:".length)
    return openSqlite(place.slice("sqlite:".length));
  if (/^postgres(ql)?:\/\//.test(place)) {
    throw new ConfigurationError("PostgreSQL is not supported by this version: use sqlite:PATH.");
  }
  throw new ConfigurationError('database must be "sqlite:PATH" or "sqlite::memory:".');
}

function plainFacts(facts: Partial<RequestFacts>): RequestFacts {
  const nobody = { userAgent: null, deviceToken: null, preSession: null, sessionId: null, userId: null };
  return { address: "unknown", requestId: "script", ...nobody, ...facts };
}

/** Says so where the fast module for argon2 can't be loaded: sign-ins then cost three times as much. */
async function tellHashBackend(log: Logger): Promise<void> {
  if ((await hashBackend()) === "node:crypto") {
    log.warn(
      {},
      "@node-rs/argon2 can't be loaded here; passwords are hashed by node:crypto, three times slower",
    );
  }
}

/**
 * Makes the auth object from the options. Opens the database at once; migrations run in the background and everything
 * waits for them (`ready()` tells about problems).
 * Throws a `ConfigurationError` with one sentence that says the fix.
 */
export function createAuth<
  const UserFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  const DataFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
>(
  options: AuthOptions<UserFields, DataFields>,
  internal: { weakHashes?: boolean; keepMail?: boolean } = {},
): Auth<FieldValues<UserFields>, DataValues<DataFields>> {
  const settings = resolveOptions(options, internal);
  const clock = options.clock ?? systemClock;
  const log = options.logger ?? stderrLogger();
  const keys = createKeyRing(
    readSecretKeys(options.secretKeys, { settings, database: options.database, log }),
  );
  const peppers = readPeppers(options.password?.peppers);
  const db = openDatabase(options.database);
  const { sessions: limits } = settings;
  const { concurrency, queueLimit, deadline } = options.hashing ?? {};
  const admission = createHashAdmission({
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(queueLimit === undefined ? {} : { queueLimit }),
    ...(deadline === undefined ? {} : { deadlineMs: milliseconds(deadline, "hashing.deadline") }),
  });
  const transport = options.mail?.transport;
  const keepMail = internal.keepMail ?? !settings.https;
  if (transport === undefined && !keepMail) {
    log.warn({}, "no mail.transport is configured: mail waits in the outbox until there is one");
  }
  const core: Core = {
    db,
    clock,
    keys,
    log,
    settings,
    passwords: createPasswordService({
      ...settings.password,
      peppers,
      siteName: settings.siteName,
      admission,
    }),
    sessions: createSessionReader({ db, clock, log, limits }),
    outbox: createOutbox({ db, clock, keys, log, from: settings.mailFrom, transport, keepMail }),
  };
  const router = createRouter(routes);
  const remembered = notes<IncomingRequest, Promise<RequestAuth>>("request auth");
  const wrapped = notes<Request, IncomingRequest>("incoming request");
  let isReady = false;
  const readying = migrate(db, "latchkey", migrations, clock).then(() => {
    isReady = true;
    core.outbox.start();
    void tellHashBackend(log);
  });
  // Told by `ready()`; unhandled it would end the process before anybody could ask.
  readying.catch(() => undefined);

  function wrap(request: AnyRequest, info?: ConnectionInfo): IncomingRequest {
    if (!(request instanceof Request)) return request;
    let incoming = wrapped.get(request);
    if (incoming === undefined) {
      incoming = fromWebRequest(request, { ...info, bodyLimitBytes: settings.bodyLimitBytes });
      wrapped.set(request, incoming);
    }
    return incoming;
  }

  async function look(request: IncomingRequest): Promise<RequestAuth> {
    if (!isReady) await readying;
    const auth = RequestAuth.from(core, request);
    const known = auth instanceof Promise ? await auth : auth;
    if (settings.dataStore === "server") await known.loadData();
    return known;
  }

  function authOf(request: IncomingRequest): Promise<RequestAuth> {
    const known = remembered.get(request);
    if (known !== undefined) return known;
    const looking = look(request);
    remembered.set(request, looking);
    return looking;
  }

  async function refuse(request: AnyRequest, thrown: unknown): Promise<Response> {
    const incoming = wrap(request);
    const auth = await authOf(incoming).catch(() => RequestAuth.anonymous(core, incoming));
    const context = { core, auth, request: incoming, json: asksForJson(incoming) };
    const returnTo = isUnsafe(incoming.method) ? settings.pages.afterLogin : incoming.path + incoming.query;
    const error = asRefusal(core, auth, thrown);
    // Paths of the application may hold secrets of its own; what looks like one stays out of the records.
    const place = { method: incoming.method, path: incoming.path.replace(/[^/]{24,}/g, "…").slice(0, 200) };
    await recordRefusal(core, auth, place, error).catch((second) => asRefusal(core, auth, second));
    return errorResponse(context, error, { returnTo });
  }

  async function handle(request: AnyRequest, info?: ConnectionInfo): Promise<Response | null> {
    const incoming = wrap(request, info);
    if (incoming.path.startsWith(`${settings.basePath}/assets/`)) {
      const asset = assets.get(incoming.path.slice(settings.basePath.length));
      if (asset !== undefined) return assetResponse(incoming.method, asset, settings.https);
    }
    try {
      return await dispatch(core, router, incoming, authOf);
    } catch (error) {
      return refuse(incoming, error);
    }
  }

  async function inContext(context: AuthContext): Promise<RequestFacts> {
    if (!isReady) await readying;
    return context instanceof RequestAuth ? context.facts : plainFacts(context);
  }

  function took(context: AuthContext, completed: LoginCompleted): LoginOutcome {
    if (context instanceof RequestAuth) context.signIn(completed);
    const { user, session, sessionToken } = completed;
    return { user, session, sessionToken };
  }

  function account(context: AuthContext): { user: User; session: Session } {
    if (context instanceof RequestAuth) return context.requireSession();
    throw new LatchkeyError("login_required");
  }

  const auth: Auth = {
    core,
    database: db,
    settings,
    routes,
    log,
    ready: () => readying,
    for: (request, info) => authOf(wrap(request, info)),
    handle,
    refuse,
    checkOrigin: (request) => checkRequestOrigin(core, request),
    async checkToken(request) {
      // A token in the header leaves the body alone, whatever it is and however large (uploads).
      const inHeader = request.header("x-csrf-token") !== null;
      checkCsrfToken(await authOf(request), request, inHeader ? {} : await request.fields());
    },
    async page(request, page, status = 200) {
      const incoming = wrap(request);
      return pageResponse(
        { core, auth: await authOf(incoming), request: incoming, json: false },
        page,
        status,
      );
    },
    register: (input, context) =>
      attempt(async () => {
        const result = await register(core, input, await inContext(context));
        if ("status" in result) return { status: result.status };
        return { status: "signed_in" as const, ...took(context, result) };
      }),
    confirmEmail: (input, context) =>
      attempt(async () => {
        const result = await confirmEmail(core, input, await inContext(context));
        if (!("alreadySignedIn" in result)) return took(context, result);
        return { ...account(context), sessionToken: null };
      }),
    resendConfirmation: (email, context) =>
      attempt(async () => {
        await resendConfirmation(core, email, await inContext(context));
        return {};
      }),
    login: (input, context) =>
      attempt(async () => {
        const result = await login(core, input, await inContext(context));
        if ("passwordChangeToken" in result) throw new LatchkeyError("password_change_required");
        return took(context, result);
      }),
    logout: (context) =>
      attempt(async () => {
        await logout(core, await inContext(context));
        if (context instanceof RequestAuth) context.signOut();
        return {};
      }),
    reauthenticate: (password, context) =>
      attempt(async () => {
        const facts = await inContext(context);
        return took(context, await reauthenticate(core, account(context), password, facts));
      }),
    changePassword: (input, context) =>
      attempt(async () => {
        const facts = await inContext(context);
        return took(context, await changePassword(core, account(context), input, facts));
      }),
    choosePassword: (input, context) =>
      attempt(async () => {
        await choosePassword(core, input, await inContext(context));
        return {};
      }),
    users: createUserAdministration(core, () => readying),
    mailbox: async () => {
      await readying;
      return core.outbox.kept();
    },
    deliverMail: async () => {
      await readying;
      await core.outbox.deliver();
    },
    metrics: () => {
      const { running, waiting } = admission.stats();
      return { sessions: { ...core.sessions.counters }, hashing: { running, waiting } };
    },
    sweep: async () => {
      await readying;
      return sweep(core);
    },
    async close() {
      await readying.catch(() => undefined);
      await core.outbox.stop();
      await core.sessions.close();
      await db.close();
    },
  };
  return auth as unknown as Auth<FieldValues<UserFields>, DataValues<DataFields>>;
}
