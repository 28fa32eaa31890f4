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
 * The certificate that the origin shows, whether it is valid or not: nothing is asked over this connection. Resolves with
 * null where nothing answers or it isn't TLS. `ca`: authorities in place of Node's own, for tests.
 */
export function readCertificate(base: URL, ca?: string): Promise<Certificate | null> {
  const host = bareHost(base);
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(base.port || 443),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      // It is to be looked at, also where it is bad. What asks the site refuses a bad one.
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
