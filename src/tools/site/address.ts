import { ToolError } from "../tool-error.ts";

/** A URL's host as sockets take it: without the brackets around an IPv6 address. */
export function bareHost({ hostname }: { hostname: string }): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/**
 * Reads the URL of a site. It may hold a password, so no message repeats it.
 * @throws ToolError if it isn't the plain address of a site
 */
export function siteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ToolError(
      "invalid_argument",
      "URL must be the address of a site, such as http://localhost:3000 or https://app.example.org/auth.",
    );
  }
  if (url.username + url.password + url.search + url.hash !== "") {
    throw new ToolError("invalid_argument", "URL takes no name, password, query or fragment.");
  }
  return url;
}
