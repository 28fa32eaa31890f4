import { lookup as systemLookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { Refusal, UsageError } from "../command.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether the address is this machine's own, not to be reached from outside. */
export function isLoopback(address: string): boolean {
  return loopback.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

type Lookup = (hostname: string) => Promise<{ address: string }[]>;

/** The URL of a site as it was typed. Throws `UsageError`. */
export function siteUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError("URL must be the address of a site, such as http://localhost:3000.");
  }
  if (url.username + url.password + url.search + url.hash !== "") {
    throw new UsageError("URL takes no name, password, query or fragment.");
  }
  return url;
}

/**
 * The addresses behind a site, IPv4 first, if it may be attacked: it stands on loopback, or somebody said that the host is
 * theirs. A name counts by all the addresses it has. Throws a `Refusal`.
 */
export async function ownAddresses(
  url: URL,
  ownsHost: boolean,
  lookup: Lookup = (hostname) => systemLookup(hostname, { all: true }),
): Promise<string[]> {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const found = isIP(hostname) === 0 ? await lookup(hostname).catch(() => []) : [{ address: hostname }];
  if (found.length === 0) throw new Refusal(`${hostname} has no address: check the URL.`);
  const addresses = found.map(({ address }) => address);
  if (!ownsHost && !addresses.every(isLoopback)) {
    throw new Refusal(
      `${hostname} is not this machine: a drill attacks only one's own site. Add --i-own-this-host if it is yours.`,
    );
  }
  return addresses.sort((a, b) => isIP(a) - isIP(b));
}
