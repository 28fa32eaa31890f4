import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Refusal } from "../../cli/command.ts";
import { bareHost, isLoopback } from "../site/address.ts";

type Lookup = (hostname: string) => Promise<{ address: string }[]>;

/**
 * The addresses behind a site, IPv4 first, if it may be attacked: it stands on loopback, or somebody said that the host is
 * theirs. A name counts by all the addresses it has. Throws a `Refusal`.
 */
export async function ownAddresses(
  url: URL,
  ownsHost: boolean,
  lookup: Lookup = (hostname) => systemLookup(hostname, { all: true }),
): Promise<string[]> {
  const hostname = bareHost(url);
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
