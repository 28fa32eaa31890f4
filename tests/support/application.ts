import { readEnvironment } from "latchkey/environment";
import { createTestAuth, type TestAuth } from "latchkey/testing";
import { type Application, authOptions, createApplication, userOptions } from "../../app/application.ts";
import { silentLogger } from "../../app/logging.ts";
import { requestInit, type Sending } from "./browser.ts";

export interface TestApplication extends Application {
  t: TestAuth;
  /** A request of a browser or a program, without own cookies. */
  ask(path: string, options?: Ask): Promise<Response>;
}

export interface Ask extends Sending {
  /** Default: POST with a body, else GET. */
  method?: string;
  /** Requests JSON without sending any. */
  wantsJson?: boolean;
  /** The other end of the socket. */
  from?: string;
}

/** The secrets and addresses that production requires. */
export const productionVariables = {
  NODE_ENV: "production",
  ORIGIN: "https://app.example.org",
  SECRET_KEYS: "bT9zQ1vYw7Lk3XcR8mN2pS5uD0fGhJ4aEiOqWtZrUyI",
  SMTP_URL: "smtp://mail.example.org",
};

/** The application over a database in memory, with cheap hashes and a stopped clock. */
export async function createTestApplication(
  variables: Record<string, string> = {},
): Promise<TestApplication> {
  const environment = readEnvironment({ DATABASE_URL: "sqlite::memory:", ...variables });
  const options = { ...authOptions(environment), user: userOptions(() => t.auth.database) };
  const t: TestAuth = createTestAuth(environment.production ? { ...options, mail: {} } : options);
  const application = await createApplication(environment, { auth: t.auth, log: silentLogger });
  return {
    ...application,
    t,
    async ask(path, { method, wantsJson = false, from = "203.0.113.9", ...sending } = {}) {
      const carries = sending.form !== undefined || sending.json !== undefined;
      const accept = wantsJson ? { accept: "application/json" } : {};
      const init = requestInit(method ?? (carries ? "POST" : "GET"), {
        ...sending,
        headers: { ...sending.headers, ...accept },
      });
      return application.app.request(path, init, { incoming: { socket: { remoteAddress: from } } });
    },
  };
}
