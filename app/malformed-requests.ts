import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { jsonHeaders } from "latchkey";
import type { Log } from "./logging.ts";

const ALLOW = "GET, HEAD, POST";

interface ParserError extends Error {
  code?: string;
  rawPacket?: Buffer;
}

/** A method that HTTP doesn't know, in an otherwise valid request line (RFC 9110 15.6.2). */
const unknownMethod = /^[A-Z][A-Z0-9-]{0,31} \/\S* HTTP\/1\.[01]\r\n/;

function statusOf({ code, rawPacket }: ParserError): number {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return 431;
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return 413;
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return 408;
    case "HPE_INVALID_METHOD":
      return rawPacket !== undefined && unknownMethod.test(rawPacket.toString("latin1", 0, 512)) ? 501 : 400;
  }
  return 400;
}

/** Answers bytes that never become a request of the application. The answer is only the status. */
// Row HD-09.
export function createMalformedAnswers({ log, https }: { log: Log; https: boolean }) {
  const answering = new WeakMap<Duplex, ServerResponse>();

  function headersOf(status: number): Record<string, string> {
    return {
      ...jsonHeaders({ https }),
      "Content-Type": "text/plain; charset=utf-8",
      "X-Request-Id": randomUUID(),
      ...(status === 405 || status === 501 ? { Allow: ALLOW } : {}),
    };
  }

  function bodyOf(status: number): string {
    return `${STATUS_CODES[status]}\n`;
  }

  /** Writes an answer by hand and ends the connection, since the start of the next request is unknown. */
  function end(socket: Duplex, status: number): void {
    const id = headersOf(status);
    const body = bodyOf(status);
    const headers = { ...id, "Content-Length": String(Buffer.byteLength(body)), Connection: "close" };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`, () =>
      socket.destroy(),
    );
    log.debug({ status, request_id: id["X-Request-Id"] }, "malformed request");
  }

  return {
    /** Remembers the running answer of a connection, so that an error in a body doesn't write into it. */
    watch(request: IncomingMessage, response: ServerResponse): void {
      answering.set(request.socket, response);
      response.once("close", () => answering.delete(request.socket));
    },

    refuse(response: ServerResponse, status: number): void {
      response.writeHead(status, { ...headersOf(status), Connection: "close" }).end(bodyOf(status));
    },

    errorResponse: (): Response => new Response(bodyOf(400), { status: 400, headers: headersOf(400) }),

    onClientError(error: ParserError, socket: Duplex): void {
      const begun = answering.get(socket)?.headersSent === true;
      if (error.code === "ECONNRESET" || !socket.writable || begun) socket.destroy();
      else end(socket, statusOf(error));
    },

    onConnect(_request: IncomingMessage, socket: Duplex): void {
      (socket as Socket).on("error", () => undefined);
      end(socket, 405);
    },
  };
}
