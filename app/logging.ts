import { randomUUID } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { type Logger, pino } from "pino";

export type Log = Logger;

const LONGEST_PATH = 200;
/** Tokens have 43 of these characters; ids and names are shorter. */
const LOOKS_SECRET = /[\w-]{40,}/g;
/** What steers a terminal or turns a line around; JSON escapes only the oldest of it. */
const STEERS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON lines on stdout. The paths are for what a later change might log by mistake: no secret is logged today. */
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

/** Writes nothing. */
export const silentLogger: Log = pino({ level: "silent" });

/** The id of a request that the library has seen, or a new one. */
function idOf(c: Context): string {
  const { auth } = c.var as { auth?: { requestId: string } };
  return c.res.headers.get("X-Request-Id") ?? auth?.requestId ?? randomUUID();
}

/**
 * A path for people to read. Without what looks like a token: mail programs mangle links, so that the query becomes a
 * part of it. And without control characters, which stand in it as they were meant, no longer as `%9B`.
 */
function readablePath(path: string): string {
  return path.replace(LOOKS_SECRET, "…").replace(STEERS, "?").slice(0, LONGEST_PATH);
}

/**
 * One line for each answer, and the answer's `X-Request-Id`. The query is left out, because links in mail carry their
 * tokens there.
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
    // What is behind a 503 has a line of its own, or is a flood, of which each line would say the same.
    if (status >= 500 && status !== 503) log.error(line, "request");
    else log.info(line, "request");
  };
}
