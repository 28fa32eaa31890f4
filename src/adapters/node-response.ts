import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { notes, type RequestAuth } from "../core/requests/index.ts";
import { bodyOf } from "./body-of.ts";
import { personalHeaders } from "./personal-headers.ts";

/** Headers whose values add to the application's earlier ones. */
const additive = new Set(["set-cookie", "vary"]);

/**
 * Answers with a Web-standard response: status, all headers (each `Set-Cookie` separately), body; no body for HEAD. A
 * body in several pieces waits for a slow client and ends when the client leaves. If it fails, the answer breaks off.
 * An answer that has already begun can't be taken back, so it is aborted unless it is complete.
 */
export async function sendResponse(response: Response, target: ServerResponse): Promise<void> {
  if (target.headersSent) {
    if (!target.writableEnded) target.destroy();
    return;
  }
  target.statusCode = response.status;
  // Frameworks advertise themselves here.
  // Row HD-09.
  target.removeHeader("X-Powered-By");
  for (const [name, value] of response.headers) {
    if (additive.has(name)) target.appendHeader(name, value);
    else target.setHeader(name, value);
  }
  const body = await bodyOf(response);
  if (body === null || target.req.method === "HEAD") target.end();
  else if (body instanceof Uint8Array) target.end(body);
  // A failed part was logged, and a client that left needs no answer.
  else await pipeline(body, target).catch(() => body.return(undefined));
}

/** Headers as `writeHead` takes them: by name, or as a list of names and values. */
type GivenHeaders = OutgoingHttpHeaders | readonly unknown[];
type WriteHead = (
  this: ServerResponse,
  status: number,
  reason?: string | GivenHeaders,
  headers?: GivenHeaders,
) => ServerResponse;

/** A response whose headers are not sent yet, and its earlier `writeHead`. */
interface Waiting {
  auth: RequestAuth;
  writeHead: WriteHead;
  isDone: boolean;
}

const waiting = notes<ServerResponse, Waiting>();

/** Headers given to `writeHead` would replace earlier ones, so they are set like all others first. */
function setGiven(target: ServerResponse, headers: GivenHeaders | undefined): void {
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

const textOf = (value: number | string | string[] | undefined) => listOf(value).join(", ") || null;

function setPersonalHeaders(target: ServerResponse, auth: RequestAuth): void {
  const changed = personalHeaders(auth, {
    setCookie: listOf(target.getHeader("Set-Cookie")),
    cacheControl: textOf(target.getHeader("Cache-Control")),
    vary: textOf(target.getHeader("Vary")),
  });
  if (changed === null) return;
  if (changed.setCookie.length > 0) target.setHeader("Set-Cookie", changed.setCookie);
  target.setHeader("Cache-Control", changed.cacheControl);
  target.setHeader("Vary", changed.vary);
}

/** Whether the answer has exactly these headers, and none that the library may have to change. */
function isPlain(target: ServerResponse, headers: GivenHeaders | undefined): headers is OutgoingHttpHeaders {
  if (headers === undefined || Array.isArray(headers) || target.getHeaderNames().length > 0) return false;
  for (const name of Object.keys(headers)) {
    // The lengths of `Vary`, `Set-Cookie` and `Cache-Control`.
    if (name.length !== 4 && name.length !== 10 && name.length !== 13) continue;
    if (/^(?:vary|set-cookie|cache-control)$/i.test(name)) return false;
  }
  return true;
}

/** Replaces a response's own `writeHead`. One function serves all responses: no request creates one. */
const writeHead: WriteHead = function writeHead(status, reason, headers) {
  const here = waiting.get(this) as Waiting;
  const { auth, isDone } = here;
  if (isDone || this.headersSent || !auth.isPersonal)
    return here.writeHead.call(this, status, reason, headers);
  here.isDone = true;
  const given = typeof reason === "string" ? headers : (reason ?? headers);
  const phrase = typeof reason === "string" ? reason : undefined;
  if (isPlain(this, given) && auth.setCookies().length === 0) {
    const all = { ...given, "Cache-Control": "no-store", Vary: "Cookie" };
    return phrase === undefined
      ? here.writeHead.call(this, status, all)
      : here.writeHead.call(this, status, phrase, all);
  }
  setGiven(this, given);
  setPersonalHeaders(this, auth);
  return here.writeHead.call(this, status, phrase);
};

/** Sets the headers of a personal answer just before they are sent. */
export function setBeforeHeaders(target: ServerResponse, auth: RequestAuth): void {
  waiting.set(target, { auth, writeHead: target.writeHead as WriteHead, isDone: false });
  target.writeHead = writeHead as ServerResponse["writeHead"];
}
