import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Log } from "./logging.ts";
import { createMalformedAnswers } from "./malformed-requests.ts";

type Fetch = Parameters<typeof getRequestListener>[0];
type Refuses = (request: IncomingMessage, response: ServerResponse) => boolean;
type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Cuts off slow clients earlier than Node's minutes. */
// Row IN-01, attack A-DO-06.
const TIMEOUTS = { headersMs: 10_000, requestMs: 15_000, checkEveryMs: 2_000 };
/** Longer than the minute for which proxies keep connections, so that none closes during a request. */
const KEEP_ALIVE_MS = 65_000;
const HEADER_BYTES = 16 * 1024;
const HEADER_COUNT = 100;
/** Running requests may take this long after the signal to stop. */
const STOP_MS = 10_000;

/** The methods that an application may have routes for. Others never reach it. */
// Row HD-10.
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export interface HttpServer {
  /** Takes the port and resolves with its number. Requests wait until `answerWith`. Rejects with a system error. */
  listen(port: number, host: string): Promise<number>;
  /** `refuses` runs first and may answer a request itself, before the application sees it. */
  answerWith(fetch: Fetch, refuses?: Refuses): void;
  /** Takes no new connections. Resolves when running requests are finished, or cut off after 10 seconds. */
  stop(): Promise<void>;
}

export interface HttpServerOptions {
  log: Log;
  https: boolean;
  /** The time that a request may take to arrive. Tests use less. */
  timeouts?: typeof TIMEOUTS;
}

/** The HTTP server around the application: its limits, the refusal of anything but HTTP, and an orderly end. */
export function createHttpServer({ log, https, timeouts = TIMEOUTS }: HttpServerOptions): HttpServer {
  const malformed = createMalformedAnswers({ log, https });
  const { promise: listener, resolve: takeListener } = Promise.withResolvers<Listener>();
  let answer: Listener | undefined;
  const running = new Set<ServerResponse>();
  let stopping = false;

  const server: Server = createServer({
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: timeouts.checkEveryMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADER_BYTES,
    insecureHTTPParser: false,
  });
  // Node would silently drop headers beyond its own limit. The server counts and refuses them.
  server.maxHeadersCount = 0;

  function refusal(request: IncomingMessage): number | null {
    if (!methods.has(request.method ?? "")) return 405;
    if (request.headers.host === undefined) return 400;
    if (request.rawHeaders.length / 2 > HEADER_COUNT) return 431;
    return null;
  }

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    malformed.watch(request, response);
    running.add(response);
    response.once("close", () => running.delete(response));
    if (stopping) response.setHeader("Connection", "close");
    const status = refusal(request);
    if (status !== null) return malformed.refuse(response, status);
    answer ??= await listener;
    await answer(request, response);
  }

  server.on("request", (request, response) => void onRequest(request, response));
  server.on("clientError", malformed.onClientError);
  server.on("connect", malformed.onConnect);

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
      }),
    answerWith(fetch, refuses = () => false) {
      const listen = getRequestListener(fetch, { errorHandler: malformed.errorResponse }) as Listener;
      takeListener(async (request, response) => {
        if (!refuses(request, response)) await listen(request, response);
      });
    },
    async stop() {
      stopping = true;
      for (const response of running) if (!response.headersSent) response.setHeader("Connection", "close");
      const limit = setTimeout(() => server.closeAllConnections(), STOP_MS).unref();
      // An answer that began earlier may still say "keep-alive".
      const idle = setInterval(() => server.closeIdleConnections(), 100).unref();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(limit);
      clearInterval(idle);
    },
  };
}
