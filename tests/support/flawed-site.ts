import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Faults of tutorials. */
export type Flaw =
  | "no throttle"
  | "counts after verifying"
  | "throttles only accounts that exist"
  | "no Retry-After"
  | "no budget of the client address"
  | "says that the account is unknown"
  | "says that the address is taken"
  | "hashes only for accounts that exist"
  | "mails before it answers"
  | "cookie alive after logout"
  | "keeps the earlier session"
  | "keeps the session value at login"
  | "takes any session value"
  | "no CSRF check"
  | "any CSRF token"
  | "logout by GET"
  | "breaks under load"
  | "no bound on hashing"
  | "stands still under load";

export interface FlawedSite {
  url: string;
  /** Its clock, which advances only by its work. */
  now(): number;
  close(): Promise<void>;
}

export interface FlawedSiteOptions {
  /** Hashes that run and wait at once; the site refuses more. Default 258. */
  mostHashes?: number;
}

export const flawedAccount = { login: "ada@example.org", password: "a quiet teapot in the rain" };

/** The main thread's time for a hash, which runs elsewhere. */
const HASH_MS = 0.5;
const HASHES_AT_ONCE = 2;
const LIMIT = 5;
const ADDRESS_LIMIT = 30;
/** This many requests aren't a load yet. */
const BUSY_FROM = 150;

const pages = ["/healthz", "/login", "/logout", "/register", "/forgot-password"];

/** Long enough for all parallel requests to arrive. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function fieldsOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  if (text === "") return {};
  return request.headers["content-type"] === "application/json"
    ? (JSON.parse(text) as Record<string, string>)
    : Object.fromEntries(new URLSearchParams(text));
}

/** A small site with one account, in memory, that is correct except for these flaws. */
export async function startFlawedSite(
  flaws: readonly Flaw[] = [],
  { mostHashes = 258 }: FlawedSiteOptions = {},
): Promise<FlawedSite> {
  const has = (flaw: Flaw) => flaws.includes(flaw);
  const sessions = new Map<string, string>();
  const failures = new Map<string, number>();
  let time = 0;
  // No two requests cost exactly the same, but neither kind costs more.
  let jitter = 0;
  const work = (milliseconds: number) => {
    jitter = (jitter * 1103515245 + 12345) % 2147483648;
    time += milliseconds * (1 + jitter / 2147483648 / 10);
  };
  const tokenFor = (session: string) =>
    has("any CSRF token") ? "a-token" : createHash("sha256").update(`csrf ${session}`).digest("base64url");
  const count = (key: string) => failures.set(key, (failures.get(key) ?? 0) + 1);
  let hashes = 0;
  let begun = 0;
  const lanes = Array.from({ length: HASHES_AT_ONCE }, () => Promise.resolve());
  /** A hash's wait for its turn. It takes real time, which no test measures, so that other hashes overtake it. */
  async function hash(): Promise<void> {
    const lane = begun % HASHES_AT_ONCE;
    begun += 1;
    hashes += 1;
    const done = (lanes[lane] as Promise<void>).then(() => delay(4));
    lanes[lane] = done;
    await done;
    hashes -= 1;
  }
  const isFull = (key: string, limit: number) => (failures.get(key) ?? 0) >= limit;

  function cookie(request: IncomingMessage): string {
    return /session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  }
  function answer(
    response: ServerResponse,
    status: number,
    body: object,
    headers: Record<string, string> = {},
  ) {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  }
  function newSession(response: ServerResponse, user: string): string {
    const value = randomBytes(16).toString("base64url");
    sessions.set(value, user);
    response.setHeader("set-cookie", `session=${value}; Path=/; HttpOnly`);
    return value;
  }

  async function login(request: IncomingMessage, response: ServerResponse, fields: Record<string, string>) {
    const { login = "", password } = fields;
    const known = login === flawedAccount.login;
    const account = `account ${login}`;
    const address = `address ${request.socket.remoteAddress}`;
    const full =
      (isFull(account, LIMIT) && (known || !has("throttles only accounts that exist"))) ||
      (isFull(address, ADDRESS_LIMIT) && !has("no budget of the client address"));
    if (full && !has("no throttle")) {
      return answer(response, 429, {}, has("no Retry-After") ? {} : { "retry-after": "900" });
    }
    if (hashes >= mostHashes && !has("no bound on hashing")) {
      return answer(response, 503, {}, has("no Retry-After") ? {} : { "retry-after": "1" });
    }
    const counting = () => {
      count(account);
      count(address);
    };
    if (!has("counts after verifying")) counting();
    else await manyTurns();
    await hash();
    if (known || !has("hashes only for accounts that exist")) work(HASH_MS);
    if (!known || password !== flawedAccount.password) {
      if (has("counts after verifying")) counting();
      const says = known || !has("says that the account is unknown") ? "Wrong." : "Unknown account.";
      return answer(response, 401, { detail: says });
    }
    failures.delete(account);
    failures.set(address, 0);
    const before = cookie(request);
    if (has("keeps the session value at login") && sessions.has(before)) sessions.set(before, login);
    else {
      if (!has("keeps the earlier session")) sessions.delete(before);
      newSession(response, login);
    }
    return answer(response, 200, {});
  }

  function askForMail(response: ServerResponse, email: string) {
    work(1);
    if (email === flawedAccount.login && has("mails before it answers")) work(5);
    answer(response, 202, { status: "sent" });
  }

  async function post(request: IncomingMessage, response: ServerResponse) {
    const fields = await fieldsOf(request);
    const session = cookie(request);
    const token = request.headers["x-csrf-token"] ?? fields.csrf_token;
    const foreign = "origin" in request.headers || request.headers["sec-fetch-site"] === "cross-site";
    if (!has("no CSRF check") && (foreign || !sessions.has(session) || token !== tokenFor(session))) {
      return answer(response, 403, { code: "csrf_failed" });
    }
    const email = fields.email ?? "";
    if (request.url === "/login") return login(request, response, fields);
    if (request.url === "/logout") return logout(request, response);
    if (
      request.url === "/register" &&
      email === flawedAccount.login &&
      has("says that the address is taken")
    ) {
      return answer(response, 422, { code: "email_taken" });
    }
    return askForMail(response, email);
  }

  function logout(request: IncomingMessage, response: ServerResponse) {
    if (!has("cookie alive after logout")) sessions.delete(cookie(request));
    response.setHeader("set-cookie", "session=; Path=/; Max-Age=0");
    answer(response, 204, {});
  }

  let handled = 0;
  const server = createServer(async (request, response) => {
    work(0.1);
    handled += 1;
    const isBusy = handled > BUSY_FROM;
    if (isBusy && has("breaks under load")) return answer(response, 500, {});
    if (isBusy && request.method === "GET" && has("stands still under load")) work(300);
    if (request.method === "POST") return post(request, response);
    const session = cookie(request);
    const user = sessions.get(session) ?? "";
    if (request.url === "/session") {
      const isAnybody = has("takes any session value") && session !== "" && !sessions.has(session);
      return user !== "" || isAnybody ? answer(response, 200, { user }) : answer(response, 401, {});
    }
    if (request.url === "/logout" && has("logout by GET")) return logout(request, response);
    if (request.url === "/csrf") {
      const own = sessions.has(session) ? session : newSession(response, "");
      return answer(response, 200, { csrf_token: tokenFor(own) });
    }
    return answer(response, pages.includes(request.url ?? "") ? 200 : 404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    now: () => time,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
