import { randomBytes } from "node:crypto";
import type { FieldProblems, LatchkeyError } from "../../platform/errors/index.ts";
import { type Html, renderLayout } from "../../platform/html/index.ts";
import { jsonHeaders, pageHeaders, wantsJson } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import type { NavigationItem } from "../settings.ts";
import type { Messages } from "../words/index.ts";
import { accountNavigation } from "./account-navigation.ts";
import type { AuthState } from "./auth-state.ts";
import { errorPage } from "./error-page.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { navigationOf } from "./navigation.ts";
import type { Page, Reply } from "./route.ts";
import { errorSentence, problemSentences } from "./sentences.ts";

/** The parts of an answer. */
export interface AnswerContext {
  core: Core;
  auth: AuthState;
  request: IncomingRequest;
  /** Answers JSON: the client wants it, or the route has no page. */
  json: boolean;
}

function isShown(item: NavigationItem, auth: AuthState): boolean {
  const { user } = auth;
  if (item.role !== undefined && !auth.hasRole(item.role)) return false;
  if (item.to === "signed-in") return user !== null;
  if (item.to === "signed-out") return user === null;
  return true;
}

function renderPage({ core, auth, request }: AnswerContext, page: Page, nonce: string): Html {
  const { settings } = core;
  const { basePath, pages } = settings;
  const messages = core.words(auth.locale);
  const { user } = auth;
  const account =
    user === null
      ? {}
      : {
          account: {
            name: user.username ?? user.email,
            accountLabel: messages.common.account,
            accountHref: `${basePath}/account`,
            current: request.path === `${basePath}/account`,
            logoutHref: `${basePath}/logout`,
            logoutLabel: messages.common.logout,
            csrfField: auth.csrfField,
          },
        };
  const side = user === null ? undefined : accountNavigation(core, messages, request.path);
  return renderLayout({
    language: messages.language,
    siteName: settings.siteName,
    title: page.title,
    ...(page.description === undefined ? {} : { description: page.description }),
    error: page.error ?? false,
    nonce,
    assetPath: basePath,
    width: page.width ?? "card",
    navigation: navigationOf(core, messages)
      .filter((item) => isShown(item, auth))
      .map(({ label, href }) => ({ label, href, current: href === request.path })),
    ...account,
    ...(side === undefined ? {} : { side }),
    homeHref: pages.home,
    flashes: auth.takeFlashes(),
    body: page.body,
    ...(pages.help === undefined ? {} : { help: pages.help }),
    skipLabel: messages.common.skipToContent,
    navigationLabel: messages.common.navigationLabel,
    errorPrefix: messages.common.errorPrefix,
  });
}

/** The headers of an answer with cookies: never cached, and different for every cookie (CVE-2023-30861). */
function finish(auth: AuthState, headers: Headers): Headers {
  headers.set("X-Request-Id", auth.requestId);
  headers.append("Vary", auth.vary);
  for (const cookie of auth.setCookies()) headers.append("Set-Cookie", cookie);
  return headers;
}

/** A whole page inside the layout, with the security headers. */
export async function pageResponse(
  context: AnswerContext,
  page: Page,
  status = 200,
  extra: Record<string, string> = {},
): Promise<Response> {
  const nonce = randomBytes(18).toString("base64");
  const body = String(await renderPage(context, page, nonce));
  const { https, pages } = context.core.settings;
  const headers = new Headers({
    ...pageHeaders({ nonce, https, formActions: pages.formActions }),
    ...extra,
  });
  headers.set("Content-Type", "text/html; charset=utf-8");
  return new Response(body, { status, headers: finish(context.auth, headers) });
}

function redirectResponse(
  { core, auth }: AnswerContext,
  location: string,
  { status = 303, extra = {} }: { status?: number; extra?: Record<string, string> } = {},
): Response {
  const headers = new Headers({ ...jsonHeaders({ https: core.settings.https }), ...extra });
  headers.set("Location", location);
  return new Response(null, { status, headers: finish(auth, headers) });
}

function jsonResponse(
  { core, auth }: AnswerContext,
  status: number,
  body: unknown,
  { type = "application/json", extra = {} }: { type?: string; extra?: Record<string, string> } = {},
): Response {
  const headers = new Headers({ ...jsonHeaders({ https: core.settings.https }), ...extra });
  if (body === undefined) return new Response(null, { status, headers: finish(auth, headers) });
  headers.set("Content-Type", `${type}; charset=utf-8`);
  const sent = body instanceof ReadableStream ? body : JSON.stringify(body);
  return new Response(sent, { status, headers: finish(auth, headers) });
}

/** Whether the client wants JSON (contract, "Negotiation"). */
export function asksForJson(request: IncomingRequest): boolean {
  return wantsJson({ accept: request.header("accept"), contentType: request.header("content-type") });
}

/** A program that signed in or out needs the token of its new session or browser for its next request. */
function withNewToken(auth: AuthState, body: unknown): unknown {
  if (!auth.tokenChanged || typeof body !== "object" || body === null) return body;
  if (body instanceof ReadableStream) return body;
  return { ...body, csrf_token: auth.csrfToken };
}

export function replyResponse(context: AnswerContext, reply: Reply): Promise<Response> | Response {
  const extra = reply.headers ?? {};
  const { html } = reply;
  if (context.json || html === "json") {
    return jsonResponse(context, reply.json.status, withNewToken(context.auth, reply.json.body), { extra });
  }
  if ("redirect" in html) {
    return redirectResponse(context, html.redirect, { status: html.status ?? 303, extra });
  }
  return pageResponse(context, html.page, html.status ?? 200, extra);
}

function problemErrors(
  messages: Messages,
  problems: FieldProblems,
): Record<string, { code: string; message: string }[]> {
  const errors: Record<string, { code: string; message: string }[]> = {};
  for (const [field, list] of Object.entries(problems)) {
    const sentences = problemSentences(messages, problems, field);
    errors[field] = list.map(({ code }, index) => ({ code, message: sentences[index] as string }));
  }
  return errors;
}

/** The refusal for programs (RFC 9457). */
export function problemJson(
  { core, auth }: Pick<AnswerContext, "core" | "auth">,
  error: LatchkeyError,
): Record<string, unknown> {
  const messages = core.words(auth.locale);
  const { title, sentence } = errorSentence(messages, error);
  return {
    type: `urn:latchkey:error:${error.code}`,
    title,
    status: error.status,
    code: error.code,
    detail: sentence,
    request_id: auth.requestId,
    // Only for a client with the value of an ended session, like the notice on the login page.
    ...(error.code === "login_required" && auth.endedReason !== null
      ? { session_ended: auth.endedReason }
      : {}),
    ...(error.next === undefined
      ? {}
      : { continue: core.settings.basePath + error.next.path, csrf_token: auth.csrfToken }),
    ...(error.fields === undefined ? {} : { errors: problemErrors(messages, error.fields) }),
  };
}

function errorHeaders(error: LatchkeyError): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterSeconds !== undefined) headers["Retry-After"] = String(error.retryAfterSeconds);
  if (error.allow !== undefined) headers.Allow = error.allow.join(", ");
  if (error.status === 401) headers["WWW-Authenticate"] = 'Session realm="account"';
  return headers;
}

/** Further facts for a refusal's page. */
export interface ErrorPlace {
  /** The form to show again instead of an error page. */
  form?: () => Promise<Page> | Page;
  /** The requested page, to return to after the login page. */
  returnTo: string;
  /** The path to a new link, for the page about an invalid one. */
  newLinkPath?: string | undefined;
  /** The page of the form, if sending it from there again may succeed. */
  againPath?: string;
}

/** A refusal as a problem (RFC 9457), the form again, a way to sign in, or an error page. */
export async function errorResponse(
  context: AnswerContext,
  error: LatchkeyError,
  place: ErrorPlace,
): Promise<Response> {
  const { core } = context;
  const headers = errorHeaders(error);
  if (context.json) {
    return jsonResponse(context, error.status, problemJson(context, error), {
      type: "application/problem+json",
      extra: headers,
    });
  }
  if (error.next !== undefined) return redirectResponse(context, core.settings.basePath + error.next.path);
  const next = `?next=${encodeURIComponent(place.returnTo)}`;
  if (error.code === "login_required")
    return redirectResponse(context, `${core.settings.basePath}/login${next}`);
  if (error.code === "reauthentication_required") {
    return redirectResponse(context, `${core.settings.basePath}/reauthenticate${next}`);
  }
  const showsForm = [401, 422, 429].includes(error.status) || error.code === "csrf_failed";
  if (place.form !== undefined && showsForm) {
    return pageResponse(context, { error: true, ...(await place.form()) }, error.status, headers);
  }
  return pageResponse(context, errorPage(context, error, place), error.status, headers);
}
