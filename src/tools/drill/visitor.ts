import type { Reply } from "../site/exchange.ts";
import type { Line, Target } from "./target.ts";

/** A browser of the drill's: keeps cookies, sends forms and JSON with the token they need, follows nothing. */
export interface Visitor {
  /** Cookie values by name. */
  readonly cookies: Map<string, string>;
  /** Connections; replaced when the visitor moves to another client address. */
  line: Line;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** A new token for this visitor's (pre-)session. */
  token(): Promise<string>;
  /** `token` is fetched where it isn't given; null sends none. */
  post(path: string, fields: Record<string, string>, options?: PostOptions): Promise<Reply>;
}

export interface PostOptions {
  as?: "json" | "form";
  token?: string | null;
  headers?: Record<string, string>;
}

const JSON_TYPE = "application/json";

/** The cookies an answer sets, by name; an empty value is one that is taken away. */
function takeCookies(cookies: Map<string, string>, { headers }: Reply): void {
  for (const header of headers.getSetCookie()) {
    const [pair = "", ...attributes] = header.split(";");
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    const gone = value === "" || attributes.some((each) => /^\s*max-age=0\s*$/i.test(each));
    if (gone) cookies.delete(name);
    else cookies.set(name, value);
  }
}

/** A member of a JSON answer, if it is one. */
export function member(reply: Reply, name: string): unknown {
  try {
    return (JSON.parse(reply.body) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}

/** Somebody new at the site, from a client address of their own or through `line`. Paths are the library's. */
export function createVisitor(target: Target, line: Line = target.line()): Visitor {
  const cookies = new Map<string, string>();

  async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await visitor.line.send(method, target.basePath + path, {
      headers: { ...(cookie === "" ? {} : { cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    takeCookies(cookies, reply);
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
