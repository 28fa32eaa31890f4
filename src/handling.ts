import type { AdapterAuth, AnyRequest, ConnectionInfo } from "./adapter-auth.ts";
import type { Core } from "./core/core.ts";
import {
  AuthState,
  asksForJson,
  checkCsrfToken,
  checkRequestOrigin,
  createFloodAnswers,
  createRouter,
  createSentForms,
  dispatch,
  errorResponse,
  fromWebRequest,
  type IncomingRequest,
  isUnsafe,
  matchOf,
  notes,
  pageResponse,
  recordRefusal,
  toRefusal,
} from "./core/requests/index.ts";
import { assets } from "./platform/html/index.ts";
import { assetResponse } from "./platform/http/index.ts";

/** Answers requests over a core: the adapters' part of the auth object. */
export function createHandling(core: Core, readying: Promise<void>): AdapterAuth {
  const { settings } = core;
  const router = createRouter(core.features.routes);
  const forms = createSentForms(core);
  const remembered = notes<IncomingRequest, AuthState | Promise<AuthState>>();
  const wrapped = notes<Request, IncomingRequest>();
  let isReady = false;
  readying.then(
    () => {
      isReady = true;
    },
    () => undefined,
  );

  function wrap(request: AnyRequest, info?: ConnectionInfo): IncomingRequest {
    if (!(request instanceof Request)) return request;
    let incoming = wrapped.get(request);
    if (incoming === undefined) {
      incoming = fromWebRequest(request, { ...info, bodyLimitBytes: settings.bodyLimitBytes });
      wrapped.set(request, incoming);
    }
    return incoming;
  }

  async function look(request: IncomingRequest): Promise<AuthState> {
    if (!isReady) await readying;
    const auth = AuthState.from(core, request);
    const known = auth instanceof Promise ? await auth : auth;
    if (settings.dataStore === "server") await known.loadData();
    return known;
  }

  /** One look-up for each request, however often it is called. */
  function authOf(request: IncomingRequest): AuthState | Promise<AuthState> {
    const known = remembered.get(request);
    if (known !== undefined) return known;
    const atOnce = isReady && settings.dataStore === "cookie";
    const looking = atOnce ? AuthState.from(core, request) : look(request);
    remembered.set(request, looking);
    return looking;
  }

  function assetOf(path: string) {
    const { basePath } = settings;
    return path.startsWith(`${basePath}/assets/`) ? assets.get(path.slice(basePath.length)) : undefined;
  }

  /** For refusals, which must work even if sessions can't be read. */
  async function authOrAnonymous(request: IncomingRequest): Promise<AuthState> {
    try {
      return await authOf(request);
    } catch {
      return AuthState.anonymous(core, request);
    }
  }

  const handling: AdapterAuth = {
    settings,
    for: async (request, info) => authOf(wrap(request, info)),
    forNow: authOf,
    owns: (request) =>
      matchOf(router, settings.basePath, request) !== null || assetOf(request.path) !== undefined,
    async handle(request, info) {
      const incoming = wrap(request, info);
      const asset = assetOf(incoming.path);
      if (asset !== undefined) return assetResponse(incoming, asset, settings.https);
      try {
        return await dispatch(core, { router, forms }, incoming, authOf);
      } catch (error) {
        return handling.refuse(incoming, error);
      }
    },
    floodAnswer: createFloodAnswers(core, (request) => matchOf(router, settings.basePath, request)?.route),
    async refuse(request, thrown) {
      const incoming = wrap(request);
      const auth = await authOrAnonymous(incoming);
      const context = { core, auth, request: incoming, json: asksForJson(incoming) };
      const returnTo = isUnsafe(incoming.method) ? settings.pages.afterLogin : incoming.path + incoming.query;
      const error = toRefusal(core, auth, thrown);
      // Paths of the application may hold secrets. Text that looks like one stays out of the records.
      const place = { method: incoming.method, path: incoming.path.replace(/[^/]{24,}/g, "…").slice(0, 200) };
      await recordRefusal(core, auth, place, error).catch((second) => toRefusal(core, auth, second));
      return errorResponse(context, error, { returnTo });
    },
    checkOrigin: (request) => checkRequestOrigin(core, request),
    async checkToken(request) {
      // With a token in the header the body stays unread, whatever its type and size (uploads).
      const inHeader = request.header("x-csrf-token") !== null;
      checkCsrfToken(core, await authOf(request), request, inHeader ? {} : await request.fields());
    },
    async page(request, page, status = 200) {
      const incoming = wrap(request);
      const context = { core, auth: await authOf(incoming), request: incoming, json: false };
      return pageResponse(context, page, status);
    },
  };
  return handling;
}
