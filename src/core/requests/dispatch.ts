import { LatchkeyError } from "../../platform/errors/index.ts";
import { type Fields, safeNextPath } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import type { AuthState } from "./auth-state.ts";
import { checkAccess } from "./check-access.ts";
import { checkCsrfToken, checkNotEmbedded, checkRequestOrigin, isFromOwnPage, isUnsafe } from "./csrf.ts";
import { needsHashForUnknownDevice } from "./flood.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { readInput } from "./input.ts";
import { linkParameter, linkSecret } from "./mailed-link.ts";
import { logDroppedFields, recordRefusal, toRefusal } from "./refusals.ts";
import { type AnswerContext, asksForJson, errorResponse, replyResponse } from "./respond.ts";
import type { FormModel, Reply, Route, RouteContext } from "./route.ts";
import type { Match, Router } from "./router.ts";
import type { SentForm, SentForms } from "./sent-twice.ts";
import { errorSentence } from "./sentences.ts";

/** A query's names and values. A repeated name is left out, so nothing depends on the choice of one. */
// Row IN-03.
function readQuery(query: string): Record<string, string> {
  const values = new Map<string, string | null>();
  for (const [typed, value] of new URLSearchParams(query)) {
    const name = linkParameter(typed);
    values.set(name, values.has(name) ? null : value);
  }
  const result: Record<string, string> = Object.create(null);
  for (const [name, value] of values)
    if (value !== null) result[name] = name === "token" ? linkSecret(value) : value;
  return result;
}

function routeContext(context: AnswerContext, route: Route, params: Record<string, string>): RouteContext {
  const { core, auth, request } = context;
  const { settings } = core;
  const query = readQuery(request.query);
  return {
    ...context,
    call: auth,
    // Evaluated on use: most routes leave the facts to their operation.
    get facts() {
      return auth.facts;
    },
    // Evaluated on use: a sign-in during the request switches to the account's language.
    get messages() {
      return core.words(auth.locale);
    },
    params,
    query,
    get linkToken() {
      return query.token ?? auth.movedToken(route.path) ?? "";
    },
    flash: (message, category) => {
      if (!context.json) auth.flash(message, category);
    },
    path: (path) => settings.basePath + path,
    next(value) {
      const { origin, pages, basePath } = settings;
      const path = safeNextPath(value ?? query.next, origin, pages.afterLogin);
      // A signed-in visitor has no step left: its page would only lead back here.
      const { pathname } = new URL(path, origin);
      return core.features.stages.some((stage) => basePath + stage.path === pathname)
        ? pages.afterLogin
        : path;
    },
  };
}

const secretFields = new Set(["password", "current_password", "token", "csrf_token"]);

/** The typed values, for showing a form again: plain texts of limited length, never a secret. */
// Row PW-10.
function typedValues({ features }: Core, fields: Fields): Record<string, string> {
  const evidence = new Set(features.provers.map(({ field }) => field));
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string" && value.length <= 2048 && !secretFields.has(name) && !evidence.has(name))
      values[name] = value;
  }
  return values;
}

/** Personal pages, and pages that count wrong links. */
function mustNotBeEmbedded({ access, query }: Route): boolean {
  return access.to !== "everyone" || query?.includes("token") === true;
}

/**
 * A mailed secret leaves the address bar: opening a live link redirects to the same page without it. The stored secret
 * is cleared once the page's form succeeded.
 */
// Row RS-07, case A-RS-06.
function tokenMoved({ auth, query, path }: RouteContext, json: boolean, route: Route, reply: Reply): Reply {
  if (isUnsafe(route.method)) auth.moveToken(route.path, null);
  const moves = route.movesToken === true && query.token !== undefined && !json;
  if (!moves || query.token === undefined) return reply;
  // If the cookie is full, the page is shown with the secret in the address. A failing link would not help the visitor.
  if (!auth.moveToken(route.path, query.token)) return reply;
  return { ...reply, html: { redirect: path(route.path) } };
}

interface Asked {
  route: Route;
  params: Record<string, string>;
  /** The visitor's page: the one asked for, or that of the form. */
  returnTo: string;
  forms: SentForms;
}

async function answer(context: AnswerContext, { route, params, returnTo, forms }: Asked): Promise<Response> {
  const { core, auth, request } = context;
  let sent: SentForm | null = null;
  let fields: Fields = Object.create(null);
  const inRoute = routeContext(context, route, params);
  try {
    if (isUnsafe(route.method)) {
      checkRequestOrigin(core, request);
      fields = await request.fields();
      sent = route.answersJson ? null : await forms.begin(request, auth, fields, context.json);
      const earlier = await sent?.earlierAnswer();
      if (earlier) return earlier;
      checkCsrfToken(core, auth, request, fields, route);
    } else if (mustNotBeEmbedded(route)) {
      checkNotEmbedded(request);
    }
    checkAccess(core, auth, route.access);
    logDroppedFields(core, auth, route, fields);
    const given = isUnsafe(route.method) ? fields : inRoute.query;
    const input = route.input === undefined ? undefined : readInput(route.input, { ...given, ...params });
    const reply = await route.handle(inRoute, input, fields);
    const response = await replyResponse(context, tokenMoved(inRoute, context.json, route, reply));
    await sent?.keep(response);
    return response;
  } catch (thrown) {
    const error = toRefusal(core, auth, thrown);
    try {
      // The same form may have succeeded meanwhile in another process.
      const earlier = await sent?.earlierAnswer();
      if (earlier) return earlier;
      await recordRefusal(core, auth, route, error);
      const stale = isStaleForm(core, request, error);
      const instead = stale ? await route.stale?.(inRoute, fields) : undefined;
      if (instead !== undefined) return await replyResponse(context, instead);
      // The form is shown only to the account that may send it.
      if (stale && !context.json) checkAccess(core, auth, route.access);
      const { form, newLinkPath } = route;
      const mayShowForm = form !== undefined && (stale || error.code !== "csrf_failed");
      const response = await errorResponse(context, error, {
        returnTo,
        newLinkPath,
        ...(stale && { againPath: returnTo }),
        ...(mayShowForm && { form: () => form(inRoute, formModel(inRoute, fields, error)) }),
      });
      // A sign-in with a step left has succeeded so far.
      if (error.next !== undefined) await sent?.keep(response);
      return response;
    } catch (second) {
      return errorResponse(context, toRefusal(core, auth, second), {
        returnTo,
        newLinkPath: route.newLinkPath,
      });
    }
  } finally {
    sent?.end();
  }
}

/** A page of this origin sent the form. Its token belongs to a session or browser that is another one by now. */
function isStaleForm(core: Core, request: IncomingRequest, { code }: LatchkeyError): boolean {
  return code === "csrf_failed" && isUnsafe(request.method) && isFromOwnPage(core, request);
}

function formModel({ core, messages }: RouteContext, fields: Fields, error: LatchkeyError): FormModel {
  const problems = error.fields ?? {};
  const values = typedValues(core, fields);
  const { code } = error;
  if (error.fields !== undefined) return { values, problems, code };
  if (code === "csrf_failed") return { values, problems, code, message: messages.common.formExpired };
  return { values, problems, code, message: errorSentence(messages, error).sentence };
}

/** The path below the prefix. Well-known names stay at the root with any prefix (RFC 8615). */
// Row RD-06.
function ownPath(path: string, basePath: string): string | null {
  if (path.startsWith("/.well-known/")) return path;
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : null;
}

/** The route of a request; null if the path isn't one of the library's. */
export function matchOf(
  router: Router,
  basePath: string,
  { method, path }: Pick<IncomingRequest, "method" | "path">,
): Match | null {
  const own = ownPath(path, basePath);
  return own === null ? null : router.match(method, own);
}

/** The visitor's next page after a refused form: its own page, or the nearest one above it. */
// Row RA-06.
function nearestPage(router: Router, path: string, basePath: string): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const page = path.slice(0, end);
    if (router.hasGet(page)) return basePath + page;
  }
  return `${basePath}/account`;
}

/** Reserves a hash slot for the request. Returns the function to call at its end. Throws `overloaded`. */
function reserveHashSlot(core: Core, route: Route | undefined, request: IncomingRequest): () => void {
  return needsHashForUnknownDevice(core, route, request) ? core.hashing.reserveSlot() : () => undefined;
}

/**
 * The way of a request through the library: route → origin and CSRF token → access → input → operation → answer.
 * Null if the path isn't one of the library's.
 */
export async function dispatch(
  core: Core,
  { router, forms }: { router: Router; forms: SentForms },
  request: IncomingRequest,
  authOf: (request: IncomingRequest) => AuthState | Promise<AuthState>,
): Promise<Response | null> {
  const { basePath } = core.settings;
  const path = ownPath(request.path, basePath);
  if (path === null) return null;
  const match = router.match(request.method, path);
  if (match === null) return null;
  const leave = reserveHashSlot(core, match.route, request);
  try {
    const auth = await authOf(request);
    const json = match.route?.answersJson ?? asksForJson(request);
    const context: AnswerContext = { core, auth, request, json };
    if (match.route === undefined) {
      const error = new LatchkeyError("method_not_allowed", { allow: match.allow });
      return await errorResponse(context, error, { returnTo: "/" });
    }
    const returnTo =
      match.route.method === "GET" ? request.path + request.query : nearestPage(router, path, basePath);
    const response = await answer(context, { route: match.route, params: match.params, returnTo, forms });
    if (request.method !== "HEAD") return response;
    // A body that is made while it is read ends here.
    await response.body?.cancel();
    return new Response(null, response);
  } finally {
    leave();
  }
}
