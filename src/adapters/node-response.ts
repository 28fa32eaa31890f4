import type { ServerResponse } from "node:http";
import type { RequestAuth } from "../core/requests/index.ts";
import { personalHeaders } from "./guard.ts";

/** Names whose values add to what the application set before. */
const additive = new Set(["set-cookie", "vary"]);

/**
 * Answers with a Web-standard response: status, all headers (each `Set-Cookie` of its own), body; none for HEAD.
 * An answer that has begun already can't be taken back, so it is broken off unless it is complete.
 */
export async function sendResponse(response: Response, target: ServerResponse): Promise<void> {
  if (target.headersSent) {
    if (!target.writableEnded) target.destroy();
    return;
  }
  target.statusCode = response.status;
  // Frameworks advertise themselves here (row HD-09).
  target.removeHeader("X-Powered-By");
  for (const [name, value] of response.headers) {
    if (additive.has(name)) target.appendHeader(name, value);
    else target.setHeader(name, value);
  }
  const body = response.body === null ? null : Buffer.from(await response.arrayBuffer());
  if (body === null || target.req.method === "HEAD") target.end();
  else target.end(body);
}

type HeadArguments = [statusCode: number, ...rest: unknown[]];

/** Headers given to `writeHead` would replace those set before, so they are set like all others first. */
function setGiven(target: ServerResponse, headers: unknown): void {
  if (Array.isArray(headers)) {
    const pairs = Array.isArray(headers[0]) ? (headers as unknown[][]).flat() : (headers as unknown[]);
    const given = pairs as (string | string[])[];
    for (let index = 0; index < given.length; index += 2) target.removeHeader(String(given[index]));
    for (let index = 0; index < given.length; index += 2) {
      target.appendHeader(String(given[index]), given[index + 1] as string);
    }
  } else if (typeof headers === "object" && headers !== null) {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) target.setHeader(name, value as string);
    }
  }
}

function listOf(value: number | string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [String(value)];
}

/** Sets what the application's own answer owes to who is signed in, at the last moment before its headers leave. */
export function setBeforeHeaders(target: ServerResponse, auth: RequestAuth): void {
  const original = target.writeHead as (...given: HeadArguments) => ServerResponse;
  let isDone = false;

  function writeHead(this: ServerResponse, statusCode: number, ...rest: unknown[]): ServerResponse {
    if (isDone || target.headersSent) return original.call(this, statusCode, ...rest);
    isDone = true;
    const [first, second] = rest;
    setGiven(target, typeof first === "string" ? second : (first ?? second));
    const changed = personalHeaders(auth, {
      setCookie: listOf(target.getHeader("Set-Cookie")),
      cacheControl: listOf(target.getHeader("Cache-Control")).join(", ") || null,
      vary: listOf(target.getHeader("Vary")).join(", ") || null,
    });
    if (changed !== null) {
      if (changed.setCookie.length > 0) target.setHeader("Set-Cookie", [...changed.setCookie]);
      if (changed.cacheControl !== null) target.setHeader("Cache-Control", changed.cacheControl);
      if (changed.vary !== null) target.setHeader("Vary", changed.vary);
    }
    return original.call(this, statusCode, ...(typeof first === "string" ? [first] : []));
  }

  target.writeHead = writeHead as typeof target.writeHead;
}
