import type { AuthSettings } from "./auth-settings.ts";
import type { IncomingRequest, Page, PlainAnswer, RequestAuth } from "./core/requests/index.ts";

/** The origin of a request, for programs that call `for` and `handle` themselves. */
export interface ConnectionInfo {
  /** The address at the other end of the socket. */
  socketAddress?: string | undefined;
}

/** A request: Web-standard, or already wrapped by an adapter. */
export type AnyRequest = Request | IncomingRequest;

/** The request's auth as adapters use it. */
export interface AdapterRequestAuth extends RequestAuth {
  /** Calls `action` as soon as the answer depends on the signed-in user, so that caches must not store it. */
  whenPersonal(action: () => void): void;
}

/**
 * The auth object as adapters need it. Own fields and session data don't matter to an adapter.
 *
 * @see the adapters of the library, such as `latchkey/node`
 */
export interface AdapterAuth {
  readonly settings: Pick<AuthSettings, "basePath" | "bodyLimitBytes" | "pages">;
  /** The auth of a request. One look-up a request, however often it is called. */
  for(request: AnyRequest, info?: ConnectionInfo): Promise<AdapterRequestAuth>;
  /** The same at once if the database allows it. May throw the errors of `for`. */
  forNow(request: IncomingRequest): AdapterRequestAuth | Promise<AdapterRequestAuth>;
  /** Whether `handle` will answer this request. */
  owns(request: IncomingRequest): boolean;
  /** Answers a request for one of the library's own paths; null for every other path. */
  handle(request: AnyRequest, info?: ConnectionInfo): Promise<Response | null>;
  /** A ready 503 if the hash queue is full and the client isn't a known device; otherwise null. */
  floodAnswer(request: IncomingRequest): PlainAnswer | null;
  /** Refuses a request from another site, by headers alone. Throws `csrf_failed`. */
  checkOrigin(request: IncomingRequest): void;
  /** Requires the CSRF token. Throws `csrf_failed`. */
  checkToken(request: IncomingRequest): Promise<void>;
  /** The library's answer to a refusal. Never throws. */
  refuse(request: AnyRequest, error: unknown): Promise<Response>;
  /** A page of the application inside the library's layout. */
  page(request: AnyRequest, page: Page, status?: number): Promise<Response>;
}
