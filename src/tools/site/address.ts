import { BlockList, isIP } from "node:net";
import { UsageError } from "../../cli/command.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** A URL's host as sockets take it: an IPv6 address stands in brackets there, and not here. */
export function bareHost({ hostname }: { hostname: string }): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Whether a name or an address is this machine's own, not to be reached from outside. */
export function isLoopback(host: string): boolean {
  const bare = bareHost({ hostname: host });
  const family = isIP(bare);
  if (family === 0) return /^(.+\.)?localhost$/i.test(bare);
  return loopback.check(bare, family === 6 ? "ipv6" : "ipv4");
}

/** The URL of a site as it was typed. It may hold a password, so no message repeats it. Throws `UsageError`. */
export function siteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      "URL must be the address of a site, such as http://localhost:3000 or https://app.example.org/auth.",
    );
  }
  if (url.username + url.password + url.search + url.hash !== "") {
    throw new UsageError("URL takes no name, password, query or fragment.");
  }
  return url;
}
