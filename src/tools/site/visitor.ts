import { cookieHeader, takeCookies } from "./cookies.ts";
import { type Answer, member } from "./exchange.ts";
import type { Line } from "./line.ts";

/** A site with visitors. */
export interface Site {
  /** The path of the library: empty, or a path without a slash at its end. */
  readonly basePath: string;
  /** Connections for a new visitor. */
  line(): Line;
}

/** A small browser: keeps cookies, sends forms and JSON with their token, and follows no redirect. */
export interface Visitor {
  /** Cookie values by name. */
  readonly cookies: Map<string, string>;
  /** Connections; replaced when the visitor moves to another client address. */
  line: Line;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** A new token for this visitor's session; empty if the site gives none. */
  token(): Promise<string>;
  /** Fetches the token if none is given. Sends none if it is null. */
  post(path: string, fields: Record<string, string>, options?: PostOptions): Promise<Answer>;
}

export interface PostOptions {
  as?: "json" | "form";
  token?: string | null;
  headers?: Record<string, string>;
}

const JSON_TYPE = "application/json";

/** A new visitor without cookies. Its paths are below the library's. */
export function createVisitor(site: Site, line: Line = site.line()): Visitor {
  const cookies = new Map<string, string>();

  async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
    const cookie = cookieHeader(cookies);
    const reply = await visitor.line.send(method, site.basePath + path, {
      headers: { ...(cookie === "" ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    takeCookies(cookies, reply.setCookies);
    return reply;
  }

  const visitor: Visitor = {
    cookies,
    line,
    get: (path, headers = { accept: JSON_TYPE }) => send("GET", path, headers),
    async token() {
      const token = member(await visitor.get("/csrf"), "csrf_token");
      return typeof token === "string" ? token : "";
    },
    async post(path, fields, { as = "json", token, headers = {} } = {}) {
      const proof = token === undefined ? await visitor.token() : token;
      if (as === "json") {
        const all = { accept: JSON_TYPE, "content-type": JSON_TYPE, ...headers };
        const withToken = proof === null ? all : { "x-csrf-token": proof, ...all };
        return send("POST", path, withToken, JSON.stringify(fields));
      }
      const form = new URLSearchParams(proof === null ? fields : { ...fields, csrf_token: proof });
      const type = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
      return send("POST", path, { ...type, ...headers }, form.toString());
    },
  };
  return visitor;
}
