import { isIPv4, isIPv6, SocketAddress } from "node:net";

/**
 * Whether a host name or an address belongs to this machine: `localhost`, a name below it, 127.0.0.0/8 or ::1. Takes
 * the `hostname` of a URL, with an IPv6 address in brackets, and a bare address. An IPv4 address that is mapped to IPv6
 * doesn't count, because browsers don't trust it either.
 */
export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIPv4(bare)) return bare.startsWith("127.");
  if (isIPv6(bare)) return new SocketAddress({ address: bare, family: "ipv6" }).address === "::1";
  return /^(.+\.)?localhost$/i.test(bare);
}
