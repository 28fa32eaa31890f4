import { isIP } from "node:net";
import { connect } from "node:tls";
import { bareHost } from "../site/address.ts";

export interface Certificate {
  /** Node's code for why browsers would refuse it, or null. */
  problem: string | null;
  /** UTC milliseconds. */
  endsAt: number;
  /** Such as `TLSv1.3`. */
  protocol: string;
}

const LIMIT_MS = 10_000;

/**
 * The certificate that the origin shows, valid or not. This connection carries no request.
 * @param ca authorities instead of Node's own
 * @returns null if nothing answers or the answer isn't TLS
 */
export function readCertificate(base: URL, ca?: string): Promise<Certificate | null> {
  const host = bareHost(base);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(base.port || 443),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      // A bad certificate is examined too. The requests to the site refuse it.
      rejectUnauthorized: false,
    });
    socket.setTimeout(LIMIT_MS, () => socket.destroy());
    socket.once("secureConnect", () => {
      const problem = socket.authorized ? null : String(socket.authorizationError);
      const endsAt = Date.parse(socket.getPeerCertificate().valid_to);
      resolve({ problem, endsAt, protocol: socket.getProtocol() ?? "unknown" });
      socket.destroy();
    });
    socket.once("error", () => resolve(null));
    socket.once("close", () => resolve(null));
  });
}
