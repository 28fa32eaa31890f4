import { isMarkedValue, looksLikeToken, open } from "../../platform/crypto/index.ts";
import { readCookies } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { readPreSession } from "./pre-session.ts";

/*
 * On http://localhost cookies have no prefix. Another project of the developer may set one of the same name for a
 * deeper path. The browser then sends both, and a name that occurs twice counts as absent. Here the one that this
 * installation issued counts, if there is exactly one. On https the prefix excludes this, and nothing is chosen.
 */
// Row CK-06.

/** No accident brings more values than a few. */
const MAXIMUM = 8;

async function sessionOf(core: Core, values: readonly string[]): Promise<string | null> {
  const tokens = values.filter(looksLikeToken);
  const states = await Promise.all(tokens.map(async (token) => (await core.sessions.check(token)).state));
  const live = tokens.filter((_, index) => states[index] === "live");
  if (live.length > 0) return only(live);
  return only(
    tokens.filter((token, index) => states[index] === "ended" || readPreSession(core.keys, token) !== null),
  );
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

function isSealed({ keys }: Core, value: string): boolean {
  return (
    /^[A-Za-z0-9_-]+$/.test(value) && open(keys, "session-data", Buffer.from(value, "base64url")) !== null
  );
}

async function chosen(core: Core, request: IncomingRequest, header: string): Promise<IncomingRequest> {
  const { session, device, data } = core.settings.cookies;
  const valuesOf = (name: string) => [...new Set(readCookies(header, name))].slice(0, MAXIMUM);
  const own: [name: string, value: string | null][] = [
    [session, await sessionOf(core, valuesOf(session))],
    [device, only(valuesOf(device).filter((value) => isMarkedValue(core.keys, "device", value)))],
    [data, only(valuesOf(data).filter((value) => isSealed(core, value)))],
  ];
  const cookie = own.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`])).join("; ");
  return {
    method: request.method,
    path: request.path,
    query: request.query,
    socketAddress: request.socketAddress,
    header: (name) => (name.toLowerCase() === "cookie" ? cookie : request.header(name)),
    fields: () => request.fields(),
  };
}

function occursTwice(header: string, name: string): boolean {
  const first = header.indexOf(`${name}=`);
  return first !== -1 && header.includes(`${name}=`, first + 1) && readCookies(header, name).length > 1;
}

/** The request with one cookie of each name. Most requests come back as they are. */
export function withOwnCookies(
  core: Core,
  request: IncomingRequest,
): IncomingRequest | Promise<IncomingRequest> {
  const { secure, session, device, data } = core.settings.cookies;
  const header = secure ? null : request.header("cookie");
  if (header === null || ![session, device, data].some((name) => occursTwice(header, name))) return request;
  return chosen(core, request, header);
}
