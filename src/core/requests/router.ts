import { pathNames } from "./declared.ts";
import type { Route } from "./route.ts";

/** A path's routes by method. */
type Methods = Map<string, Route>;

export interface Match {
  route: Route | undefined;
  params: Record<string, string>;
  /** The methods of the path, for `Allow`. */
  readonly allow: string[];
}

export interface Router {
  /** Null if no route has this path. */
  match(method: string, path: string): Match | null;
  hasGet(path: string): boolean;
}

/** The form of ids in paths. */
const SEGMENT = "([A-Za-z0-9_-]{1,64})";

function allowed(methods: Methods): string[] {
  const names = [...methods.keys()];
  if (methods.has("GET")) names.push("HEAD");
  return names.sort();
}

/** Finds routes by the raw path: it isn't decoded, normalised or folded. Another spelling of a path is another path. */
// Rows AZ-05, HD-07.
export function createRouter(routes: readonly Route[]): Router {
  const fixed = new Map<string, Methods>();
  const variable = new Map<string, { pattern: RegExp; names: string[]; methods: Methods }>();
  for (const route of routes) {
    const names = pathNames(route.path);
    if (names.length === 0) {
      const methods = fixed.get(route.path) ?? new Map();
      fixed.set(route.path, methods.set(route.method, route));
    } else {
      const pattern = new RegExp(`^${route.path.replace(/:\w+/g, SEGMENT)}$`);
      const entry = variable.get(route.path) ?? { pattern, names, methods: new Map() };
      entry.methods.set(route.method, route);
      variable.set(route.path, entry);
    }
  }

  function find(path: string): { methods: Methods; params: Record<string, string> } | null {
    const methods = fixed.get(path);
    if (methods !== undefined) return { methods, params: {} };
    for (const { pattern, names, methods } of variable.values()) {
      const match = pattern.exec(path);
      if (match === null) continue;
      return {
        methods,
        params: Object.fromEntries(names.map((name, index) => [name, match[index + 1] as string])),
      };
    }
    return null;
  }

  /** Some mail programs put a slash behind the path of a link. */
  function findLink(path: string): ReturnType<typeof find> {
    const found = path.endsWith("/") ? find(path.slice(0, -1)) : null;
    return found?.methods.get("GET")?.query?.includes("token") ? found : null;
  }

  return {
    match(method, path) {
      const found = find(path) ?? findLink(path);
      if (found === null) return null;
      const asked = method === "HEAD" ? "GET" : method;
      const { methods, params } = found;
      return {
        route: methods.get(asked),
        params,
        // Sorted on use: only a refusal names them.
        get allow() {
          return allowed(methods);
        },
      };
    },
    hasGet: (path) => find(path)?.methods.has("GET") ?? false,
  };
}
