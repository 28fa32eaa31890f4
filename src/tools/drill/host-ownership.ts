import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isLoopback } from "../../platform/http/index.ts";
import { bareHost } from "../site/address.ts";
import { ToolError } from "../tool-error.ts";

type Lookup = (hostname: string) => Promise<{ address: string }[]>;

/**
 * The addresses of a site that may be attacked, IPv4 first. A site may be attacked if it is on loopback, or if the
 * caller owns the host. A name is on loopback if all its addresses are.
 * @throws ToolError if the site has no address or may not be attacked
 */
export async function ownAddresses(
  url: URL,
  ownsHost: boolean,
  lookup: Lookup = (hostname) => systemLookup(hostname, { all: true }),
): Promise<string[]> {
  const hostname = bareHost(url);
  const found = isIP(hostname) === 0 ? await lookup(hostname).catch(() => []) : [{ address: hostname }];
  if (found.length === 0) throw new ToolError("refused", `${hostname} has no address: check the URL.`);
  const addresses = found.map(({ address }) => address);
  if (!ownsHost && !addresses.every(isLoopback)) {
    throw new ToolError(
      "refused",
      `${hostname} is not this machine: a drill attacks only your own site. Add --i-own-this-host (in a program: ownsHost) if it is yours.`,
    );
  }
  return addresses.sort((a, b) => isIP(a) - isIP(b));
}
