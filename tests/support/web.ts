import { Hono } from "hono";
import { latchkey, requireLogin, requireRole } from "../../src/doors/hono.ts";
import { createTestAuth, type TestAuth } from "../../src/doors/testing.ts";
import type { AuthOptions } from "../../src/options.ts";

/** What came back, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  location: string | null;
  setCookies: string[];
  /** The problem's `code`, or null for an answer that is none. */
  code: string | null;
  /** The body as JSON; throws when it is none. */
  json<Body = Record<string, unknown>>(): Body;
  /** The problem codes of one field. */
  fieldCodes(field: string): string[];
}

interface SendOptions {
  headers?: Record<string, string>;
  body?: string;
}

/** A browser: keeps cookies, says where its requests come from, and puts the CSRF token into what it posts. */
export interface Browser {
  readonly cookies: Map<string, string>;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  head(path: string, headers?: Record<string, string>): Promise<Answer>;
  csrf(): Promise<string>;
  /** A form; the token is added unless the fields hold one. */
  postForm(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** JSON with JSON wanted back; the token is added unless the headers hold one. */
  postJson(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The address of whoever is signed in, as the server sees it, or null. */
  me(): Promise<string | null>;
}

interface BrowserOptions {
  /** The address at the other end of the socket. */
  address?: string;
  /** A jar to begin with, such as a copy of another browser's. */
  cookies?: Iterable<[string, string]>;
}

export interface Site extends TestAuth {
  origin: string;
  browser(options?: BrowserOptions): Browser;
  /** The newest mail to this address. */
  mailTo(address: string): Promise<{ kind: string; subject: string; text: string; links: string[] }>;
  /** The single-use secret in the newest mail to this address. */
  tokenTo(address: string): Promise<string>;
}

/** Limits that never bite, for tests about something else. */
export const noThrottle = {
  perAccount: 100_000,
  perDevice: 100_000,
  perAddress: 100_000,
  registrationsPerAddress: 100_000,
  mailsPerRecipient: 100_000,
};

/** An application on Hono with the library in front of it, over a database in memory. */
export function website(options: Partial<AuthOptions> = {}): Site {
  const made = createTestAuth(options) as TestAuth;
  const { auth } = made;
  const { origin } = auth.settings.origin;
  const app = new Hono();
  app.use(latchkey(auth));
  app.get("/", (c) => c.text("home"));
  app.get("/dashboard", requireLogin(), (c) => c.text(`dashboard of ${c.var.auth.user.email}`));
  app.get("/reports", requireRole("admin"), (c) => c.text("reports"));

  async function mailTo(address: string) {
    const mail = (await made.mails()).find(({ to }) => to === address);
    if (mail === undefined) throw new Error(`There is no mail to ${address}.`);
    return mail;
  }

  return {
    ...made,
    origin,
    browser: (browserOptions) => createBrowser(app, origin, browserOptions),
    mailTo,
    async tokenTo(address) {
      const { links } = await mailTo(address);
      return tokenOf(links[0] ?? "");
    },
  };
}

/** The `token` of a link. */
export function tokenOf(link: string): string {
  const token = new URL(link).searchParams.get("token");
  if (token === null) throw new Error("The link has no token.");
  return token;
}

function createBrowser(
  app: Hono,
  origin: string,
  { address = "127.0.0.1", cookies: given = [] }: BrowserOptions = {},
): Browser {
  const cookies = new Map(given);
  const environment = { incoming: { socket: { remoteAddress: address } } };

  function keep(setCookie: string): void {
    const [pair = ""] = setCookie.split(";", 1);
    const name = pair.slice(0, pair.indexOf("="));
    if (/;\s*max-age=0\b/i.test(setCookie)) cookies.delete(name);
    else cookies.set(name, pair.slice(name.length + 1));
  }

  async function send(method: string, path: string, { headers = {}, body }: SendOptions = {}) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const request = new Request(`${origin}${path}`, {
      method,
      headers: { ...(cookie === "" ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const answer = await readAnswer(await app.fetch(request, environment));
    for (const setCookie of answer.setCookies) keep(setCookie);
    return answer;
  }

  async function csrf(): Promise<string> {
    const { csrf_token } = (await send("GET", "/csrf")).json<{ csrf_token: string }>();
    return csrf_token;
  }

  const sameOrigin = { origin, "sec-fetch-site": "same-origin" };

  return {
    cookies,
    send,
    get: (path, headers = {}) => send("GET", path, { headers }),
    head: (path, headers = {}) => send("HEAD", path, { headers }),
    csrf,
    async postForm(path, fields, headers = {}) {
      const csrf_token = fields.csrf_token ?? (await csrf());
      const body = new URLSearchParams({ ...fields, csrf_token }).toString();
      const type = "application/x-www-form-urlencoded";
      return send("POST", path, { headers: { ...sameOrigin, "content-type": type, ...headers }, body });
    },
    async postJson(path, body, headers = {}) {
      const token = headers["x-csrf-token"] ?? (await csrf());
      const own = { ...sameOrigin, "content-type": "application/json", "x-csrf-token": token };
      return send("POST", path, { headers: { ...own, ...headers }, body: JSON.stringify(body) });
    },
    async me() {
      const answer = await send("GET", "/session");
      if (answer.status !== 200) return null;
      return answer.json<{ user: { email: string } }>().user.email;
    },
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
  const problem = isProblem
    ? (JSON.parse(text) as { code: string; errors?: Record<string, { code: string }[]> })
    : null;
  return {
    status: response.status,
    headers: response.headers,
    text,
    location: response.headers.get("location"),
    setCookies: response.headers.getSetCookie(),
    code: problem?.code ?? null,
    json: <Body>() => JSON.parse(text) as Body,
    fieldCodes: (field) => (problem?.errors?.[field] ?? []).map(({ code }) => code),
  };
}

/**
 * Everything an outsider sees of an answer, with what is random by design masked: nonces, CSRF tokens, request ids,
 * cookie values (their length stays). `names` are what was typed, so that two people's answers can be compared.
 */
export function seenFromOutside(answer: Answer, ...names: string[]): object {
  const mask = (text: string) =>
    names
      .reduce(
        (masked, name) => masked.replaceAll(name, "NAME").replaceAll(encodeURIComponent(name), "NAME"),
        text,
      )
      .replace(/nonce-[A-Za-z0-9+/=]+/g, "nonce-N")
      .replace(/nonce="[^"]*"/g, 'nonce="N"')
      .replace(/name="csrf_token" value="[^"]*"/g, 'name="csrf_token" value="T"')
      .replace(/"csrf_token":"[^"]*"/g, '"csrf_token":"T"')
      .replace(/"request_id":"[^"]*"/g, '"request_id":"R"');
  const headers = [...answer.headers]
    .filter(([name]) => name !== "set-cookie")
    .map(([name, value]) => [name, name === "x-request-id" ? "R" : mask(value)]);
  const cookies = answer.setCookies.map((cookie) =>
    cookie.replace(/^([^=]*)=([^;]*)/, (_, name: string, value: string) => `${name}=<${value.length}>`),
  );
  return { status: answer.status, headers, cookies, body: mask(answer.text) };
}

/** Every value of every table, as one text: what a thief of the database has. */
export async function dump(site: TestAuth): Promise<string> {
  const { database } = site.auth;
  const tables = await database.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
  );
  let text = "";
  for (const { name } of tables) {
    for (const row of await database.all<Record<string, unknown>>(`SELECT * FROM "${name}"`)) {
      const values = Object.values(row).map((value) =>
        value instanceof Uint8Array
          ? ["hex", "base64", "base64url", "latin1"].map((encoding) =>
              Buffer.from(value).toString(encoding as BufferEncoding),
            )
          : String(value),
      );
      text += `${name} ${values.flat().join(" ")}\n`;
    }
  }
  return text;
}
