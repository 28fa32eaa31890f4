import type { RoleGrants } from "./core/access/index.ts";
import type { Access } from "./core/operations/index.ts";
import type { Route } from "./core/requests/index.ts";
import type { Settings } from "./core/settings.ts";

/** The options that applications need, with the defaults filled in. */
export interface AuthSettings<Roles extends RoleGrants = RoleGrants> {
  readonly origin: URL;
  /** Whether the origin is `https://`. */
  readonly https: boolean;
  /** The beginning of the library's own paths; empty at the root. */
  readonly basePath: string;
  readonly siteName: string;
  readonly registration: Settings["registration"];
  /** Role → the permissions that it grants. */
  readonly roles: Roles;
  /** The destinations of the site's name and of a sign-in. */
  readonly pages: { readonly home: string; readonly afterLogin: string };
  /** The names of the library's cookies. */
  readonly cookies: { readonly session: string; readonly device: string; readonly data: string };
  /** The limit of bodies of the library's own routes. */
  readonly bodyLimitBytes: number;
}

/** The part of the settings that applications see. */
export function authSettings(settings: Settings): AuthSettings {
  const { origin, https, basePath, siteName, registration, roles, bodyLimitBytes } = settings;
  const { home, afterLogin } = settings.pages;
  const { session, device, data } = settings.cookies;
  return {
    origin,
    https,
    basePath,
    siteName,
    registration,
    roles,
    pages: { home, afterLogin },
    cookies: { session, device, data },
    bodyLimitBytes,
  };
}

/** One of the library's own routes. */
export interface AuthRoute {
  readonly method: "GET" | "POST";
  /** Without the option `basePath`; `:name` is a segment. */
  readonly path: string;
  /** One line about its purpose. */
  readonly summary: string;
  readonly access: Access;
}

/** The public part of a declared route. */
export function authRoute({ method, path, summary, access }: Route): AuthRoute {
  return { method, path, summary, access };
}
