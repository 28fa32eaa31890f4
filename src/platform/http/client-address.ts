import { isIPv4, isIPv6, SocketAddress } from "node:net";

const UNKNOWN = "unknown";

/**
 * The client's address in canonical form, or "unknown". X-Forwarded-For counts only as far as proxies are declared.
 * With `trustedHops` n, the n-th entry from the right is the address that the outermost trusted proxy saw. The client
 * may have written every entry left of it.
 *
 * The socket's address counts with 0 hops and with fewer entries than hops. It also counts if one of the last n entries
 * isn't a bare IP address.
 *
 * @see Row TH-08
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | null,
  trustedHops: number,
): string {
  const socket = canonicalAddress(socketAddress ?? "") ?? UNKNOWN;
  if (!(trustedHops >= 1) || forwardedFor === null) return socket;

  let address = socket;
  let end = forwardedFor.length;
  for (let hop = 1; hop <= trustedHops; hop++) {
    if (end < 0) return socket;
    const comma = end === 0 ? -1 : forwardedFor.lastIndexOf(",", end - 1);
    const entry = canonicalAddress(withoutSpaces(forwardedFor, comma + 1, end));
    if (entry === null) return socket;
    address = entry;
    end = comma;
  }
  return address;
}

/**
 * The unit that limits count. An IPv4 address counts as it is, an IPv6 address as its /64 (`2001:db8:0:1::/64`). One
 * subscriber has at least that much. Anything else is "unknown".
 */
export function addressBucket(address: string): string {
  const canonical = canonicalAddress(address);
  if (canonical === null) return UNKNOWN;
  if (isIPv4(canonical)) return canonical;
  const network = leadingGroups(canonical).join(":");
  return `${canonicalAddress(`${network}::`)}/64`;
}

/**
 * The network of an address, for records that outlive the need for the address itself: IPv4 as its /24
 * (`203.0.113.0/24`), IPv6 as its /48 (`2001:db8:1::/48`). Null if it isn't an address.
 */
export function addressNetwork(address: string): string | null {
  const canonical = canonicalAddress(address);
  if (canonical === null) return null;
  if (isIPv4(canonical)) return `${canonical.slice(0, canonical.lastIndexOf("."))}.0/24`;
  const network = leadingGroups(canonical).slice(0, 3).join(":");
  return `${canonicalAddress(`${network}::`)}/48`;
}

/**
 * IPv4 dotted, IPv6 lower-case and compressed (RFC 5952), IPv4-mapped as IPv4, no zone. Null if it isn't an address.
 */
function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return null;
  const zone = text.indexOf("%");
  const address = zone === -1 ? text : text.slice(0, zone);
  const canonical = new SocketAddress({ address, family: "ipv6" }).address;
  const mapped = canonical.startsWith("::ffff:") ? canonical.slice("::ffff:".length) : "";
  return isIPv4(mapped) ? mapped : canonical;
}

/** The first four of an IPv6 address's eight groups. */
function leadingGroups(address: string): string[] {
  const [head = "", tail = ""] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const width = before.length + after.length + (tail.includes(".") ? 1 : 0);
  const zeros: string[] = new Array(8 - width).fill("0");
  return [...before, ...zeros, ...after].slice(0, 4);
}

/** A slice without space and tab around it. A loop, because a pattern for trailing spaces can be quadratic. */
function withoutSpaces(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && (text[start] === " " || text[start] === "\t")) start++;
  while (end > start && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
  return text.slice(start, end);
}
