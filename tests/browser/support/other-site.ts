import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A foreign site, for attacks on the application from outside. */
export interface OtherSite {
  /** Another site for the browser: `http://127.0.0.1:PORT` beside the application's `localhost`. */
  crossSite: string;
  /** The application's site, but another origin: `http://localhost:PORT`. */
  sameSite: string;
  /** Serves a page at a path. */
  put(path: string, html: string): void;
  /** The headers of its requests, by path. */
  readonly requests: { path: string; headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

export async function startOtherSite(): Promise<OtherSite> {
  const pages = new Map<string, string>();
  const requests: OtherSite["requests"] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    requests.push({ path, headers: request.headers });
    const page = pages.get(path);
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(page ?? "nothing here");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    crossSite: `http://127.0.0.1:${port}`,
    sameSite: `http://localhost:${port}`,
    put: (path, html) => void pages.set(path, `<!doctype html><title>Elsewhere</title>${html}`),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
