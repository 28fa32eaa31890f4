import { type Answer, readAnswer } from "./answer.ts";
import { CookieJar } from "./cookie-jar.ts";

/** The contents of a request. `form` and `json` set their content type; `body` is sent unchanged. */
export interface Sending {
  headers?: Record<string, string>;
  form?: Record<string, string>;
  json?: unknown;
  body?: string | Uint8Array<ArrayBuffer>;
}

export interface BrowserOptions {
  /** The origin it visits. */
  origin: string;
  /** The path of the library. */
  basePath?: string;
  /** The session cookie's name. */
  sessionCookie: string;
  /** The `Cookie` header to begin with, such as another browser's. */
  cookie?: string | undefined;
  /** Its `Accept-Language`. Default: none is sent. */
  language?: string | undefined;
  /** Sends a request to the server; `path` includes the query. */
  fetch(path: string, init: RequestInit): Response | Promise<Response>;
}

/** A browser. Keeps cookies, finds CSRF tokens, sends the origin with its posts, follows no redirects. */
export interface Browser {
  readonly jar: CookieJar;
  /** Any request. Adds only the jar's cookies, unless the headers hold some. */
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Opens a page as visitors do. A mailed link redirects to its page without the token in the address. */
  open(path: string): Promise<Answer>;
  /** A form; the token is added unless the fields hold one. */
  postForm(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** JSON; the token is added unless the headers hold one. */
  postJson(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Opens the page and submits its form, with the token found in it, to `action` (default: the page's path). */
  submitForm(page: string, fields: Record<string, string>, action?: string): Promise<Answer>;
  csrfToken(): Promise<string>;
  /** The status of `/session`: 200 signed in, 401 not. */
  sessionStatus(): Promise<number>;
  /** The e-mail address of the signed-in account, or null. */
  who(): Promise<string | null>;
  /** The session cookie's value; empty without one. */
  session(): string;
}

const FORM = "application/x-www-form-urlencoded";

/** The token in a page's form. */
export function tokenIn(html: string): string {
  const token = /name="csrf_token" value="([^"]+)"/.exec(html)?.[1];
  if (token === undefined) throw new Error("The page has no form with a CSRF token.");
  return token;
}

/** The request with these contents. */
export function requestInit(method: string, { headers, form, json, body }: Sending): RequestInit {
  const sent = new Headers(headers);
  if (form !== undefined) {
    sent.set("content-type", FORM);
    return { method, headers: sent, body: new URLSearchParams(form).toString() };
  }
  if (json !== undefined) {
    sent.set("content-type", "application/json");
    return { method, headers: sent, body: JSON.stringify(json) };
  }
  return { method, headers: sent, ...(body === undefined ? {} : { body }) };
}

/** Sends a browser's requests to a server at this URL. */
export function overHttp(url: string): BrowserOptions["fetch"] {
  return (path, init) => fetch(url + path, { ...init, redirect: "manual" });
}

export function createBrowser({
  origin,
  basePath = "",
  sessionCookie,
  cookie,
  language,
  fetch,
}: BrowserOptions): Browser {
  const jar = new CookieJar(cookie);
  const ownPage = { origin, "sec-fetch-site": "same-origin" };

  async function send(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    const init = requestInit(method, sending);
    const headers = init.headers as Headers;
    if (jar.header !== "" && !headers.has("cookie")) headers.set("cookie", jar.header);
    if (language !== undefined && !headers.has("accept-language")) headers.set("accept-language", language);
    const response = await fetch(path, init);
    jar.take(response);
    return readAnswer(response);
  }

  async function open(path: string): Promise<Answer> {
    const opened = await send("GET", path);
    const moved = opened.status === 303 && path.includes("?token=") && opened.location === path.split("?")[0];
    return moved ? send("GET", opened.location ?? "") : opened;
  }

  async function csrfToken(): Promise<string> {
    return (await send("GET", `${basePath}/csrf`)).json<{ csrf_token: string }>().csrf_token;
  }

  return {
    jar,
    send,
    open,
    get: (path, headers = {}) => send("GET", path, { headers }),
    async postForm(path, fields = {}, headers = {}) {
      const csrf_token = fields.csrf_token ?? (await csrfToken());
      return send("POST", path, { form: { ...fields, csrf_token }, headers: { ...ownPage, ...headers } });
    },
    async postJson(path, body = {}, headers = {}) {
      const token = headers["x-csrf-token"] ?? (await csrfToken());
      return send("POST", path, { json: body, headers: { ...ownPage, "x-csrf-token": token, ...headers } });
    },
    async submitForm(page, fields, action = page) {
      const csrf_token = tokenIn((await open(page)).text);
      return send("POST", action, { form: { csrf_token, ...fields }, headers: ownPage });
    },
    csrfToken,
    sessionStatus: async () => (await send("GET", `${basePath}/session`)).status,
    async who() {
      const answer = await send("GET", `${basePath}/session`);
      return answer.status === 200 ? answer.json<{ user: { email: string } }>().user.email : null;
    },
    session: () => jar.get(sessionCookie) ?? "",
  };
}
