import type { Settings } from "./settings.ts";

/**
 * The full URL of one of the library's paths, for mail. It uses the configured origin, never a request. With `token` it
 * is the link that carries this secret.
 *
 * @example
 * absoluteUrl(core.settings, "/invitations", token) // "https://app.example.org/invitations?token=…"
 * @see Row RS-06
 */
export function absoluteUrl({ origin, basePath }: Settings, path: string, token?: string): string {
  const url = `${origin.origin}${basePath}${path}`;
  return token === undefined ? url : `${url}?token=${token}`;
}
