import { readEnvironment } from "latchkey/environment";
import { createTestAuth, type TestAuth } from "latchkey/testing";
import { type Application, authOptions, createApplication } from "./application.ts";
import { silentLogger } from "./logging.ts";

type Body = Record<string, unknown>;

export interface TestApplication extends Application {
  t: TestAuth;
  /** A request as a browser or, with `json`, as a program sends it. `from` is the other end of the socket. */
  ask(path: string, options?: Ask): Promise<Response>;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent as JSON, and JSON is asked for. */
  json?: Body;
  /** Asks for JSON without sending any. */
  wantsJson?: boolean;
  from?: string;
}

/** The secrets and addresses that production demands. */
export const productionVariables = {
  NODE_ENV: "production",
  ORIGIN: "https://app.example.org",
  SECRET_KEYS: "bT9zQ1vYw7Lk3XcR8mN2pS5uD0fGhJ4aEiOqWtZrUyI",
  SMTP_URL: "smtp://mail.example.org",
};

/** The application over a database in memory, with cheap hashes and a clock that stands still. */
export async function createTestApplication(
  variables: Record<string, string> = {},
): Promise<TestApplication> {
  const environment = readEnvironment({ DATABASE_URL: "sqlite::memory:", ...variables });
  const options = authOptions(environment);
  const t = createTestAuth(environment.production ? { ...options, mail: {} } : options);
  const application = await createApplication(environment, { auth: t.auth, log: silentLogger });
  return {
    ...application,
    t,
    async ask(path, { method, headers = {}, form, json, wantsJson = false, from = "203.0.113.9" } = {}) {
      const all = new Headers(headers);
      const body = form !== undefined ? new URLSearchParams(form).toString() : json && JSON.stringify(json);
      if (form !== undefined) all.set("content-type", "application/x-www-form-urlencoded");
      if (json !== undefined) all.set("content-type", "application/json");
      if (wantsJson) all.set("accept", "application/json");
      const verb = method ?? (body === undefined ? "GET" : "POST");
      const env = { incoming: { socket: { remoteAddress: from } } };
      return application.app.request(path, { method: verb, headers: all, ...(body ? { body } : {}) }, env);
    },
  };
}
