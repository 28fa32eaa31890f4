import { type AuditAdministration, createAuditAdministration } from "./core/audit/index.ts";
import type { Core, Logger } from "./core/core.ts";
import {
  createOutboxAdministration,
  type Jobs,
  type KeptMail,
  type OutboxAdministration,
} from "./core/outbox/index.ts";
import { hashBackend } from "./core/passwords/index.ts";
import {
  asksForJson,
  checkCsrfToken,
  checkRequestOrigin,
  createFloodAnswers,
  createRouter,
  dispatch,
  errorResponse,
  fromWebRequest,
  type IncomingRequest,
  isOwnPath,
  isUnsafe,
  notes,
  type Page,
  type PlainAnswer,
  pageResponse,
  RequestAuth,
  type Route,
  recordRefusal,
  routeOf,
  toRefusal,
} from "./core/requests/index.ts";
import type { Settings } from "./core/settings.ts";
import type { FieldSchema, FieldValues } from "./core/users/index.ts";
import { createOperations } from "./create-operations.ts";
import { accountRoutes } from "./features/account/index.ts";
import { accountActivityRoutes } from "./features/account-activity/index.ts";
import { accountDataRoutes } from "./features/account-data/index.ts";
import { accountSessionsRoutes } from "./features/account-sessions/index.ts";
import { adminRoutes } from "./features/admin/index.ts";
import { emailChangeJobs, emailChangeRoutes } from "./features/email-change/index.ts";
import { emailConfirmationJobs, emailConfirmationRoutes } from "./features/email-confirmation/index.ts";
import { loginRoutes } from "./features/login/index.ts";
import { logoutRoutes } from "./features/logout/index.ts";
import { mailLoginJobs, mailLoginRoutes } from "./features/mail-login/index.ts";
import { openapiRoutes } from "./features/openapi/index.ts";
import { passwordResetJobs, passwordResetRoutes } from "./features/password-reset/index.ts";
import { reauthenticateRoutes } from "./features/reauthenticate/index.ts";
import { registrationRoutes } from "./features/registration/index.ts";
import { sessionRoutes } from "./features/session/index.ts";
import { undoRoutes } from "./features/undo/index.ts";
import { type InternalOptions, openCore } from "./open-core.ts";
import type { Operations } from "./operations.ts";
import type { AuthOptions } from "./options.ts";
import { type Database, migrate, migrations } from "./platform/database/index.ts";
import { assets } from "./platform/html/index.ts";
import { assetResponse } from "./platform/http/index.ts";
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
export interface Auth<Fields extends object = object, Values extends object = Record<string, unknown>>
  extends Operations {
  /** Resolves when the database is open and migrated; rejects with a `ConfigurationError`. Everything waits for it. */
  ready(): Promise<void>;
  /** What is known about a request: user, session, dictionary, CSRF token. One lookup a request, however often asked. */
  for(request: AnyRequest, info?: ConnectionInfo): Promise<RequestAuth<Fields, Values>>;
  /**
   * The same without a promise wherever the database allows: for adapters, which ask on every request. May throw what
   * `for` rejects with.
   */
  forNow(request: IncomingRequest): RequestAuth<Fields, Values> | Promise<RequestAuth<Fields, Values>>;
  /** Whether a path is one of the library's own, so that `handle` will answer. */
  owns(request: IncomingRequest): boolean;
  /** Answers a request for one of the library's own paths; null for every other path. */
  handle(request: AnyRequest, info?: ConnectionInfo): Promise<Response | null>;
  /**
   * The refusal of a sign-in or registration that hashing has no place for, where the browser never signed in; null for
   * every other request. For servers that ask before their framework does anything: see `refuseFlood` of `latchkey/node`.
   */
  floodAnswer(request: IncomingRequest): PlainAnswer | null;
  /** Refuses what another site sent, by headers alone; adapters call it for every unsafe request. Throws `csrf_failed`. */
  checkOrigin(request: IncomingRequest): void;
  /** Demands the CSRF token for an unsafe request of the application. Throws `csrf_failed`. */
  checkToken(request: IncomingRequest): Promise<void>;
  /** A refusal as the library answers it: a problem, a way to sign in, or a page. Never throws. */
  refuse(request: AnyRequest, error: unknown): Promise<Response>;
  /** A page of the application inside the library's layout, with its security headers. */
  page(request: AnyRequest, page: Page, status?: number): Promise<Response>;

  /** What operators do with accounts. Takes who does it; never reads an identity from a request. */
  readonly users: UserAdministration;
  /** What operators do with mail that doesn't leave. */
  readonly outbox: OutboxAdministration;
  /** What operators do with the audit: look and check. */
  readonly audit: AuditAdministration;
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
    hashing: { running: number; waiting: number; refused: number };
  };
  /**
   * Deletes what is over: sessions, tokens, registrations, counters, sent mail, accounts whose deletion is due. Happens by
   * itself every hour (option `cleanupInterval`). Returns how many rows.
   */
  sweep(): Promise<number>;
  /** Writes what is pending, stops the outbox, closes the database. */
  close(): Promise<void>;
  /** Applications don't need it; doors and tests do. */
  readonly core: Core;
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

/** The routes of this configuration: what is switched off doesn't exist. */
function routesOf({ login }: Settings): readonly Route[] {
  const routes: readonly Route[] = [
    ...registrationRoutes,
    ...emailConfirmationRoutes,
    ...loginRoutes,
    ...(login.mail ? mailLoginRoutes : []),
    ...logoutRoutes,
    ...sessionRoutes,
    ...reauthenticateRoutes,
    ...passwordResetRoutes,
    ...accountRoutes,
    ...emailChangeRoutes,
    ...undoRoutes,
    ...accountSessionsRoutes,
    ...accountActivityRoutes,
    ...accountDataRoutes,
    ...adminRoutes,
    ...openapiRoutes(() => routes),
  ];
  return routes;
}

/** Who does what is deferred, off the request's path. */
const jobs: Jobs = {
  ...emailConfirmationJobs,
  ...passwordResetJobs,
  ...emailChangeJobs,
  ...mailLoginJobs,
};

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
  internal: InternalOptions = {},
): Auth<FieldValues<UserFields>, DataValues<DataFields>> {
  const { core, admission } = openCore(options, internal);
  const { db, settings, log } = core;
  const routes = routesOf(settings);
  const router = createRouter(routes);
  for (const [kind, work] of Object.entries(jobs)) {
    core.outbox.onJob(kind, (tx, job) => work(core, tx, job));
  }
  const remembered = notes<IncomingRequest, RequestAuth | Promise<RequestAuth>>("request auth");
  const wrapped = notes<Request, IncomingRequest>("incoming request");
  let isReady = false;
  const readying = migrate(db, "latchkey", migrations, core.clock).then(() => {
    isReady = true;
    core.outbox.start();
    core.sealer.start();
    void tellHashBackend(log);
  });
  // Told by `ready()`; unhandled it would end the process before anybody could ask.
  readying.catch(() => undefined);

  const sweeping =
    settings.cleanupIntervalMs === null
      ? undefined
      : setInterval(cleanUpOnSchedule, settings.cleanupIntervalMs).unref();

  function cleanUpOnSchedule(): void {
    readying
      .then(() => sweep(core))
      .catch((error: unknown) =>
        log.warn({ error: String(error) }, "the sweep failed; the next one tries again"),
      );
  }

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

  /** One look for each request, however often it is asked about. */
  function authOf(request: IncomingRequest): RequestAuth | Promise<RequestAuth> {
    const known = remembered.get(request);
    if (known !== undefined) return known;
    const atOnce = isReady && settings.dataStore === "cookie";
    const looking = atOnce ? RequestAuth.from(core, request) : look(request);
    remembered.set(request, looking);
    return looking;
  }

  function assetOf(path: string) {
    const { basePath } = settings;
    return path.startsWith(`${basePath}/assets/`) ? assets.get(path.slice(basePath.length)) : undefined;
  }

  /** For refusals, which must be possible when sessions can't be read. */
  async function authOrAnonymous(request: IncomingRequest): Promise<RequestAuth> {
    try {
      return await authOf(request);
    } catch {
      return RequestAuth.anonymous(core, request);
    }
  }

  async function refuse(request: AnyRequest, thrown: unknown): Promise<Response> {
    const incoming = wrap(request);
    const auth = await authOrAnonymous(incoming);
    const context = { core, auth, request: incoming, json: asksForJson(incoming) };
    const returnTo = isUnsafe(incoming.method) ? settings.pages.afterLogin : incoming.path + incoming.query;
    const error = toRefusal(core, auth, thrown);
    // Paths of the application may hold secrets of its own; what looks like one stays out of the records.
    const place = { method: incoming.method, path: incoming.path.replace(/[^/]{24,}/g, "…").slice(0, 200) };
    await recordRefusal(core, auth, place, error).catch((second) => toRefusal(core, auth, second));
    return errorResponse(context, error, { returnTo });
  }

  async function handle(request: AnyRequest, info?: ConnectionInfo): Promise<Response | null> {
    const incoming = wrap(request, info);
    const asset = assetOf(incoming.path);
    if (asset !== undefined) return assetResponse(incoming.method, asset, settings.https);
    try {
      return await dispatch(core, router, incoming, authOf);
    } catch (error) {
      return refuse(incoming, error);
    }
  }

  const auth: Auth = {
    core,
    database: db,
    settings,
    routes,
    log,
    ready: () => readying,
    for: async (request, info) => authOf(wrap(request, info)),
    forNow: authOf,
    owns: ({ method, path }) =>
      isOwnPath(router, settings.basePath, method, path) || assetOf(path) !== undefined,
    handle,
    floodAnswer: createFloodAnswers(core, (request) => routeOf(router, settings.basePath, request)),
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
    ...createOperations(core, () => readying),
    users: createUserAdministration(core, () => readying),
    outbox: createOutboxAdministration(core, () => readying),
    audit: createAuditAdministration(core, () => readying),
    mailbox: async () => {
      await readying;
      return core.outbox.kept();
    },
    deliverMail: async () => {
      await readying;
      await core.outbox.deliver();
    },
    metrics: () => {
      const { running, waiting, overloaded: refused } = admission.stats();
      return { sessions: { ...core.sessions.counters }, hashing: { running, waiting, refused } };
    },
    sweep: async () => {
      await readying;
      return sweep(core);
    },
    async close() {
      clearInterval(sweeping);
      await readying.catch(() => undefined);
      await core.outbox.stop();
      await core.sessions.close();
      await core.sealer.stop();
      await db.close();
    },
  };
  return auth as unknown as Auth<FieldValues<UserFields>, DataValues<DataFields>>;
}
