import type { IncomingRequest, Page, PlainAnswer, RequestAuth } from "./core/requests/index.ts";
import type { Settings } from "./core/settings.ts";

/** What adapters need of the auth object. Own fields and session data make no difference to an adapter. */
export interface AdapterAuth {
  readonly settings: Pick<Settings, "basePath" | "bodyLimitBytes" | "pages">;
  /** What is known about a request. One lookup a request, however often asked. */
  for(request: Request | IncomingRequest): Promise<RequestAuth>;
  /** The same at once when the database allows. May throw what `for` rejects with. */
  forNow(request: IncomingRequest): RequestAuth | Promise<RequestAuth>;
  /** Whether `handle` will answer this request. */
  owns(request: IncomingRequest): boolean;
  /** Answers a request for one of the library's own paths; null for every other path. */
  handle(request: Request | IncomingRequest): Promise<Response | null>;
  /** The refusal of a request that hashing has no place for; null for every other request. */
  floodAnswer(request: IncomingRequest): PlainAnswer | null;
  /** Refuses what another site sent, by headers alone. Throws `csrf_failed`. */
  checkOrigin(request: IncomingRequest): void;
  /** Demands the CSRF token. Throws `csrf_failed`. */
  checkToken(request: IncomingRequest): Promise<void>;
  /** A refusal as the library answers it. Never throws. */
  refuse(request: Request | IncomingRequest, error: unknown): Promise<Response>;
  /** A page of the application inside the library's layout. */
  page(request: Request | IncomingRequest, page: Page, status?: number): Promise<Response>;
}
