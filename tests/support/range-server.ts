import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The SHA-1 of a password, as a range API uses it. */
export function rangeOf(password: string): { prefix: string; suffix: string } {
  const digest = createHash("sha1").update(password).digest("hex").toUpperCase();
  return { prefix: digest.slice(0, 5), suffix: digest.slice(5) };
}

/** Lines of other passwords' suffixes, as padding has them or with counts. */
export function otherLines(count: number, howMany = 20): string[] {
  return Array.from({ length: howMany }, (_, at) => `${rangeOf(`other ${at}`).suffix}:${count}`);
}

export interface RangeServer {
  /** For the option `url`. */
  url: string;
  /** The requests, in order. */
  requests: { method: string; path: string; headers: IncomingMessage["headers"] }[];
  /**
   * Holds its answers from here on. Resolves once this many requests wait, with the responses for the caller to end.
   */
  hold(count: number): Promise<ServerResponse[]>;
  /** The handler of requests; at first it answers `list`. */
  answer: RequestListener;
  /** The breached passwords of the range, between padding and others. */
  list: RequestListener;
  close(): Promise<void>;
}

/** A range API on the loopback interface that knows these passwords from breaches. */
export async function startRangeServer(breached: readonly string[]): Promise<RangeServer> {
  const listed = breached.map(rangeOf);
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    range.requests.push({ method, path: url, headers });
    range.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const list: RequestListener = (request, response) => {
    const found = listed.filter(({ prefix }) => request.url === `/range/${prefix}`);
    response.end(
      [...otherLines(0), ...found.map(({ suffix }) => `${suffix}:3`), ...otherLines(7)].join("\r\n"),
    );
  };

  const range: RangeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`,
    requests: [],
    list,
    answer: list,
    hold(count) {
      const held: ServerResponse[] = [];
      const { promise, resolve } = Promise.withResolvers<ServerResponse[]>();
      range.answer = (_, response) => {
        held.push(response);
        if (held.length === count) resolve(held);
      };
      return promise;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
  return range;
}
