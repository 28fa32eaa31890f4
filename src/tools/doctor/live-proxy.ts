import { addressNetwork } from "../../platform/http/index.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";
import { allAnswers, forgedAddresses, type LiveFacts } from "./live-facts.ts";

export interface ProxyFacts {
  live: LiveFacts;
  /** Null if this environment isn't the site's or doesn't set it. */
  trustedProxies: number | null;
}

/** Headers that proxies add to answers. */
const marks = [
  "via",
  "cf-ray",
  "x-served-by",
  "x-cache",
  "x-amz-cf-id",
  "x-envoy-upstream-service-time",
  "x-vercel-id",
];

function proxyMarks(live: LiveFacts): string[] {
  const seen = new Set<string>();
  for (const [, { headers }] of allAnswers(live)) {
    for (const name of marks) if (headers[name] !== undefined) seen.add(name);
    if (/^(nginx|caddy|cloudflare|awselb|envoy|openresty|traefik|haproxy|apache)/i.test(headers.server ?? ""))
      seen.add("server");
  }
  return [...seen];
}

/** Addresses of inner networks, which no outside visitor has. */
const inner = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd]|fe80:)/i;

function seenVerdict(
  seen: string,
  trustedProxies: number | null,
  { ownAddress, loopback }: LiveFacts,
): Verdict {
  const fromRight = [...forgedAddresses].reverse().indexOf(seen);
  if (fromRight !== -1) {
    const more = fromRight + 1;
    const right = trustedProxies === null ? "smaller" : String(Math.max(0, trustedProxies - more));
    return (loopback ? warning : serious)(
      `The site takes its client's address from a forged X-Forwarded-For: it trusts ${more} more ${more === 1 ? "proxy" : "proxies"} than this way has, so limits by address have no effect.`,
      loopback
        ? "Check the public address, since this one has no proxy. If the finding is the same there, make TRUSTED_PROXIES smaller."
        : `Make TRUSTED_PROXIES ${right}, and let only the proxy reach the application's port.`,
    );
  }
  const isOwn = seen.replace(/^::ffff:/, "") === ownAddress?.replace(/^::ffff:/, "");
  if (inner.test(seen) && !loopback && !isOwn) {
    return warning(
      `The site sees ${seen}, an address of an inner network: if that is its proxy's, all visitors share one limit.`,
      `Make TRUSTED_PROXIES ${trustedProxies === null ? "bigger" : trustedProxies + 1}, and let the proxy add X-Forwarded-For.`,
    );
  }
  if (seen === "unknown") {
    return warning(
      "The site doesn't know its client's address, so all visitors share one limit.",
      "Listen on a port instead of a socket, or set TRUSTED_PROXIES.",
    );
  }
  return ok(
    `A forged X-Forwarded-For changes nothing; the site sees a client in ${addressNetwork(seen) ?? seen}.`,
  );
}

const clientAddress: Check<ProxyFacts> = {
  name: "client-address",
  look({ live, trustedProxies }) {
    const seen = live.seenAddress;
    if (seen !== null) return seenVerdict(seen, trustedProxies, live);
    const between = proxyMarks(live);
    if (trustedProxies === 0 && between.length > 0) {
      return warning(
        `TRUSTED_PROXIES is 0, but answers carry a proxy's headers (${between.join(", ")}): all visitors share its limit.`,
        "Set TRUSTED_PROXIES to the number of proxies that add to X-Forwarded-For.",
      );
    }
    return note(
      "Which client address the site sees can't be checked from outside.",
      "Run the doctor on the site's machine with its environment: then it reads the address from the audit.",
    );
  },
};

/** The proxies between the visitors and the site. */
export const proxyChecks: readonly Check<ProxyFacts>[] = [clientAddress];
