import { LatchkeyError } from "../../platform/errors/index.ts";
import { checkOrigin, type Fields, isLoopback, type OriginVerdict } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import type { AuthState } from "./auth-state.ts";
import type { IncomingRequest } from "./incoming-request.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Whether a method may change data. */
export function isUnsafe(method: string): boolean {
  return !safeMethods.has(method);
}

function originOf({ settings }: Core, request: IncomingRequest): OriginVerdict {
  return checkOrigin(
    {
      secFetchSite: request.header("sec-fetch-site"),
      origin: request.header("origin"),
      referer: request.header("referer"),
    },
    settings.origin,
  );
}

/** Whether the browser's headers prove that a page of this origin sent the request, its token aside. */
export function isFromOwnPage(core: Core, request: IncomingRequest): boolean {
  const verdict = originOf(core, request);
  return verdict.ok && !verdict.tokenDecides;
}

/**
 * Refuses requests from another site, by the headers alone: `Sec-Fetch-Site` first, then `Origin`, then `Referer`.
 * Throws `csrf_failed`.
 */
// Rows CF-02, CF-03.
export function checkRequestOrigin(core: Core, request: IncomingRequest): void {
  const verdict = originOf(core, request);
  if (verdict.ok) return;
  const { origin } = core.settings;
  const site = request.header("sec-fetch-site");
  // A developer opens 127.0.0.1, and sends a form from there. To a browser http://localhost is another origin.
  const otherName =
    isLoopback(origin.hostname) &&
    request.header("origin") !== null &&
    (site === null || site === "same-origin");
  throw new LatchkeyError("csrf_failed", {
    detail: verdict.reason,
    ...(otherName && { address: origin.origin, detail: `${verdict.reason}, ${origin.origin}` }),
  });
}

/**
 * Refuses a page that another site embeds or fetches instead of linking to it. Thirty embedded loads of invented
 * links would use up the visitor's attempts. Throws `csrf_failed`.
 */
// Row HD-08.
export function checkNotEmbedded(request: IncomingRequest): void {
  if (request.header("sec-fetch-site") !== "cross-site") return;
  const mode = request.header("sec-fetch-mode") ?? "navigate";
  const destination = request.header("sec-fetch-dest") ?? "document";
  if (mode === "navigate" && destination === "document") return;
  throw new LatchkeyError("csrf_failed", { detail: "another site embeds or fetches it" });
}

/**
 * Requires the token of this session or browser, from `X-CSRF-Token` or the body, never from the URL. `bound`: the
 * token of a first visit that began together with this one doesn't count. Throws `csrf_failed`.
 */
// Row CF-01.
export function checkCsrfToken(
  core: Core,
  auth: AuthState,
  request: IncomingRequest,
  fields: Fields,
  { bound = false } = {},
): void {
  const token = request.header("x-csrf-token") ?? fields.csrf_token;
  if (!auth.csrfTokenMatches(token, { ownPage: !bound && isFromOwnPage(core, request) }))
    throw new LatchkeyError("csrf_failed", { detail: "token missing or wrong" });
}
