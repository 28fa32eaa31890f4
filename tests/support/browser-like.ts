import { CookieJar } from "./cookie-jar.ts";

/** What came back over the wire, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  location: string | null;
  /** The problem's `code`, or null. */
  code: string | null;
}

export interface BrowserLike {
  readonly jar: CookieJar;
  /** Any request; redirects are not followed. `cookies: false` leaves the jar out. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Opens a page. */
  visit(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Opens the page, takes the CSRF token out of its form, and submits the form to `action` (default: the page's path). */
  submitForm(page: string, fields: Record<string, string>, action?: string): Promise<Answer>;
  /** Posts JSON with the token of GET `/csrf` as `X-CSRF-Token`. */
  postJson(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  csrfToken(): Promise<string>;
}

export interface SendOptions {
  headers?: Record<string, string>;
  body?: string;
}

const FORM = "application/x-www-form-urlencoded";

/** The token in a page's form. */
export function tokenIn(html: string): string {
  const token = /name="csrf_token" value="([^"]+)"/.exec(html)?.[1];
  if (token === undefined) throw new Error("The page has no form with a CSRF token.");
  return token;
}

/**
 * A browser over real HTTP: keeps cookies, says where its posts come from. `server` is where it connects to, `origin`
 * what it believes it visits, `basePath` where the library is mounted.
 */
export function browserLike(
  server: string,
  { origin, basePath = "" }: { origin: string; basePath?: string },
): BrowserLike {
  const jar = new CookieJar();

  async function send(method: string, path: string, { headers = {}, body }: SendOptions = {}) {
    const cookie = jar.header === "" ? {} : { cookie: jar.header };
    const response = await fetch(server + path, {
      method,
      redirect: "manual",
      headers: { ...cookie, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    jar.take(response);
    const text = await response.text();
    const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get("location"),
      code: isProblem && text !== "" ? (JSON.parse(text) as { code: string }).code : null,
    };
  }

  const sameOrigin = { origin, "sec-fetch-site": "same-origin" };

  const browser: BrowserLike = {
    jar,
    send,
    visit: (path, headers = {}) => send("GET", path, { headers }),
    async submitForm(page, fields, action = page) {
      const { text } = await send("GET", page);
      const body = new URLSearchParams({ csrf_token: tokenIn(text), ...fields }).toString();
      return send("POST", action, { headers: { ...sameOrigin, "content-type": FORM }, body });
    },
    async csrfToken() {
      const { text } = await send("GET", `${basePath}/csrf`);
      return (JSON.parse(text) as { csrf_token: string }).csrf_token;
    },
    async postJson(path, body, headers = {}) {
      const token = headers["x-csrf-token"] ?? (await browser.csrfToken());
      const own = { ...sameOrigin, "content-type": "application/json", "x-csrf-token": token };
      return send("POST", path, { headers: { ...own, ...headers }, body: JSON.stringify(body) });
    },
  };
  return browser;
}
