import { Hono } from "hono";
import {
  type Auth,
  type AuthOptions,
  createAuth,
  jsonHeaders,
  LatchkeyError,
  migrate,
  type Queries,
} from "latchkey";
import { type Environment, optionsFromEnvironment } from "latchkey/environment";
import { latchkey, refuse } from "latchkey/hono";
import { smtpTransport } from "latchkey/smtp";
import { dashboardRoutes } from "./dashboard.ts";
import { devMailboxRoutes } from "./dev-mailbox.ts";
import { faviconRoutes } from "./favicon.ts";
import { healthRoutes } from "./health.ts";
import { homeRoutes } from "./home.ts";
import { createLog, type Log, requestLog } from "./logging.ts";
import { createMetrics } from "./metrics.ts";
import { navigation } from "./navigation.ts";
import { refusePlainHttp } from "./plain-http.ts";
import { postJson, postsOf } from "./posts/index.ts";
import { migrations } from "./posts/migrations.ts";
import { postRoutes } from "./posts/routes.ts";

/** A form with a post of 20,000 non-ASCII characters takes this much. The library's routes keep to 64 KiB. */
const POST_BODY_BYTES = 256 * 1024;

export interface Application {
  app: Hono;
  auth: Auth;
  /** Writes pending data and closes the database. */
  close(): Promise<void>;
}

export interface Overrides {
  /** Default: to stdout, at the environment's `logLevel`. */
  log?: Log;
  /** Default: made from `authOptions`. Tests pass one in memory with their own clock. */
  auth?: Auth;
}

/** An author's posts, read while they are sent: all of them may be more than fits into memory. */
async function* postsForDownload(database: Queries, authorId: string): AsyncGenerator<object> {
  for await (const post of postsOf(database, authorId)) yield postJson(post);
}

/** What the application stores about an account, for its download. The database opens after the options are read. */
export function userOptions(database: () => Queries): NonNullable<AuthOptions["user"]> {
  return { export: (userId) => ({ posts: postsForDownload(database(), userId) }) };
}

/** How the application uses the library. */
export function authOptions(environment: Environment): AuthOptions {
  const { smtpUrl, features } = environment;
  return {
    ...optionsFromEnvironment(environment),
    siteName: "Latchkey",
    roles: { admin: ["*"], editor: ["posts.edit"] },
    pages: { navigation: navigation(features.registration) },
    ...(smtpUrl === undefined ? {} : { mail: { transport: smtpTransport(smtpUrl) } }),
  };
}

/** The whole application over an open, migrated database. Rejects with a `ConfigurationError`. */
export async function createApplication(
  environment: Environment,
  { log = createLog(environment.logLevel), auth: given }: Overrides = {},
): Promise<Application> {
  const user = userOptions(() => auth.database);
  const auth: Auth = given ?? createAuth({ ...authOptions(environment), user, logger: log });
  try {
    await auth.ready();
    await migrate(auth.database, "app", migrations, auth.clock);
  } catch (error) {
    await auth.close().catch(() => undefined);
    throw error;
  }
  return { app: routes(environment, auth, log), auth, close: () => auth.close() };
}

/** All routes of the application, in order. */
function routes(environment: Environment, auth: Auth, log: Log): Hono {
  const app = new Hono();
  const metrics = createMetrics(auth);
  const headers = Object.entries(jsonHeaders({ https: auth.settings.https }));

  app.use(requestLog(log), metrics.observe, async (c, next) => {
    await next();
    // A header that the route set itself stays.
    for (const [name, value] of headers) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  });
  if (environment.production && environment.trustedProxies > 0) app.use(refusePlainHttp(auth));
  app.route("/", healthRoutes(auth));
  app.route("/", faviconRoutes());
  app.get("/metrics", metrics.show);

  app.use(latchkey(auth, { guardedBodyBytes: POST_BODY_BYTES }));
  app.route("/", homeRoutes(auth));
  app.route("/", dashboardRoutes(auth));
  app.route("/", postRoutes(auth));
  if (!environment.production) app.route("/", devMailboxRoutes(auth, environment));

  app.notFound((c) => refuse(c, new LatchkeyError("not_found")));
  app.onError((error, c) => {
    // The library's middleware answers its own refusals.
    if (error instanceof LatchkeyError) return c.body(null, error.status as 500);
    return refuse(c, error).catch(() => auth.adapter.refuse(c.req.raw, error));
  });
  return app;
}
