import { randomBytes } from "node:crypto";
import { isMarkedValue } from "../../platform/crypto/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";
import { readCookie, requestId } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import { AuthState } from "./auth-state.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { asksForJson, errorResponse } from "./respond.ts";
import type { Route } from "./route.ts";

/** An answer in plain parts, for a caller that writes it without a framework. */
export interface PlainAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Whether a request needs a password hash and comes from an unknown device. While the hash queue is full these are
 * refused at once, so that a flood costs as little as possible. A browser with an issued device cookie continues to its
 * look-up.
 */
// Row IN-01.
export function needsHashForUnknownDevice(
  core: Core,
  route: Route | undefined,
  request: IncomingRequest,
): boolean {
  if (route?.hashes !== true) return false;
  const device = readCookie(request.header("cookie"), core.settings.cookies.device);
  return device === null || !isMarkedValue(core.keys, "device", device);
}

const ID = "the-request-id-stands-here";

interface Prepared {
  answer: PlainAnswer;
  /** The nonce of the prepared page; every answer gets a separate one. */
  nonce: string | undefined;
}

/** The refusal as a client without cookies gets it. */
async function prepare(core: Core, request: IncomingRequest, retryAfterSeconds: number): Promise<Prepared> {
  const anonymousRequest: IncomingRequest = {
    ...request,
    socketAddress: undefined,
    header: (name) => (name === "x-request-id" ? ID : null),
  };
  const auth = AuthState.anonymous(core, anonymousRequest);
  const context = { core, auth, request: anonymousRequest, json: asksForJson(request) };
  const error = new LatchkeyError("overloaded", { retryAfterSeconds });
  const response = await errorResponse(context, error, { returnTo: "/" });
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  const nonce = /'nonce-([^']+)'/.exec(headers["content-security-policy"] ?? "")?.[1];
  return { answer: { status, headers, body: await response.text() }, nonce };
}

/**
 * Refusals of a flood, prepared once for each wait and form. Each answer only gets its request id and nonce. During the
 * preparation the result is null, and the request takes the normal way.
 */
export function createFloodAnswers(
  core: Core,
  routeOf: (request: IncomingRequest) => Route | undefined,
): (request: IncomingRequest) => PlainAnswer | null {
  const prepared = new Map<string, Prepared | null>();

  return (request) => {
    // The cheapest check first: every form of the application passes here.
    const seconds = core.hashing.retryAfterSeconds();
    if (seconds === null || !needsHashForUnknownDevice(core, routeOf(request), request)) return null;
    const key = `${asksForJson(request) ? "json" : "page"} ${seconds} ${request.path}`;
    const ready = prepared.get(key);
    if (ready === undefined) {
      prepared.set(key, null);
      prepare(core, request, seconds).then(
        (made) => prepared.set(key, made),
        () => prepared.delete(key),
      );
    }
    if (ready === undefined || ready === null) return null;
    core.hashing.countRefusal();
    const fill = filler(ready.nonce, requestId(request.header("x-request-id")));
    const { status, headers, body } = ready.answer;
    const filled = Object.entries(headers).map(([name, value]) => [name, fill(value)]);
    return { status, headers: Object.fromEntries(filled), body: fill(body) };
  };
}

function filler(preparedNonce: string | undefined, id: string): (text: string) => string {
  if (preparedNonce === undefined) return (text) => text.replaceAll(ID, id);
  const nonce = randomBytes(18).toString("base64");
  return (text) => text.replaceAll(ID, id).replaceAll(preparedNonce, nonce);
}
