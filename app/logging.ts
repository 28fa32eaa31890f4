import { randomUUID } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { type Logger, pino } from "pino";

export type Log = Logger;

const LONGEST_PATH = 200;
/** Tokens have 43 of these characters; ids and names are shorter. */
const LOOKS_SECRET = /[\w-]{40,}/g;
/** Characters that control a terminal or reverse a line. JSON escapes only the oldest of them. */
const STEERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * JSON lines on stdout. No secret is logged today. The paths catch secrets that a later change might log by mistake.
 */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: "message",
    redact: [
      "password",
      "token",
      "cookie",
      "authorization",
      "csrf_token",
      "headers",
      "*.password",
      "*.token",
    ],
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Drops every line. */
export const silentLogger: Log = pino({ level: "silent" });

/** The request id of the library, or a new one. */
function idOf(c: Context): string {
  const { auth } = c.var as { auth?: { requestId: string } };
  return c.res.headers.get("X-Request-Id") ?? auth?.requestId ?? randomUUID();
}

/**
 * A path for people to read. Text that looks like a token is removed: a mail program may put a link's query into the
 * path. Decoded control characters are removed too.
 */
function readablePath(path: string): string {
  return path.replace(LOOKS_SECRET, "…").replace(STEERS, "?").slice(0, LONGEST_PATH);
}

/**
 * One line for each answer, and the answer's `X-Request-Id`. The query is left out, because it carries the tokens of
 * mailed links.
 */
export function requestLog(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now();
    await next();
    const id = idOf(c);
    c.res.headers.set("X-Request-Id", id);
    const { status } = c.res;
    const line = {
      method: c.req.method,
      path: readablePath(c.req.path),
      status,
      duration_ms: Math.round((performance.now() - began) * 10) / 10,
      request_id: id,
    };
    // The cause of a 503 has a separate line. In a flood all causes are the same.
    if (status >= 500 && status !== 503) log.error(line, "request");
    else log.info(line, "request");
  };
}
