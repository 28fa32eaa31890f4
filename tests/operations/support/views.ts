import type { AccountDownload, RequestAuth } from "latchkey";
import { coreOf } from "../../../src/assemble.ts";
import type { AnyOperation } from "../../../src/core/operations/index.ts";
import type { Route } from "../../../src/core/requests/index.ts";
import { digest } from "../../../src/platform/crypto/index.ts";
import type { Answer } from "../../support/answer.ts";
import type { Browser } from "../../support/browser.ts";
import type { Site } from "../../support/site.ts";
import { inRequest, inScript } from "./in-request.ts";
import { masked, wholeDatabase } from "./whole-database.ts";

type Input = Readonly<Record<string, unknown>>;
type AccountFunction = (input: Input, context: unknown) => Promise<{ ok: boolean; code?: string }>;

/** An operation before its run: the browser that runs it, and its input in the spelling of functions. */
export interface Prepared {
  browser: Browser;
  input: Input;
}

/** The effects of one run of an operation, in a comparable form. */
export interface Trace {
  /** The refusal, or null. */
  code: string | null;
  rows: Record<string, string[]>;
  /** Name → the change of the cookie. */
  cookies: string[];
  /** The address of the account that is signed in afterwards. */
  who: string | null;
  mails: string[];
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of forms and JSON, with the application's own fields among them. */
function fieldsOf({ fields, ...input }: Input): Record<string, unknown> {
  const entries = Object.entries(input).map(([name, value]) => [snake(name), value]);
  return { ...Object.fromEntries(entries), ...(fields as object | undefined) };
}

function pathOf(route: Route, input: Input): { path: string; rest: Input } {
  const rest = { ...input };
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return value;
  });
  return { path, rest };
}

/** The meaning of the session cookie's value. A signed-out browser may have a value without a meaning. */
async function namedBy({ auth }: Site, value: string): Promise<"session" | "pending sign-in" | "nothing"> {
  const key = digest(value);
  const { database } = auth;
  const found = async (table: string) =>
    (await database.one(`SELECT 1 FROM ${table} WHERE digest = $1`, key)) !== undefined;
  if (await found("sessions")) return "session";
  if (await found("pending_logins")) return "pending sign-in";
  return "nothing";
}

async function cookieEffects(
  site: Site,
  setCookies: readonly string[],
  ignored: readonly string[],
): Promise<string[]> {
  const effects: string[] = [];
  for (const line of setCookies) {
    const [pair = "", ...attributes] = line.split("; ");
    const [name = "", value = ""] = pair.split("=");
    const clears = value === "";
    const named = name === site.auth.settings.cookies.session ? await namedBy(site, value) : null;
    if (ignored.includes(name)) continue;
    if (named === "nothing") effects.push(`${name} names nothing`);
    else effects.push(`${clears ? "clears" : "sets"} ${name} ${named ?? ""} ${attributes.sort().join(" ")}`);
  }
  return effects.sort();
}

async function traceOf(
  site: Site,
  browser: Browser,
  { code, setCookies }: { code: string | null; setCookies: readonly string[] },
  { without = [], ignored = [] }: { without?: readonly string[]; ignored?: readonly string[] } = {},
): Promise<Trace> {
  const mails = (await site.mails()).map(({ kind, to, subject, text }) =>
    masked(`${kind} to ${to}: ${subject}\n${text}`),
  );
  const rows = await wholeDatabase(site.auth.database, without);
  const cookies = await cookieEffects(site, setCookies, ignored);
  return { code, rows, cookies, who: await browser.who(), mails: mails.sort() };
}

/** The route that shows the operation. */
export function routeOf(site: Site, operation: AnyOperation): Route {
  const route = coreOf(site.auth).features.routes.find((each) => each.operation === operation);
  if (route === undefined) throw new Error("No route shows this operation.");
  return route;
}

/** A page refuses by its status, or leads to the missing sign-in, step or fresh proof. */
function isRefused({ status, location }: Answer): boolean {
  return status >= 400 || /^\/(login[/?]|reauthenticate\?)/.test(location ?? "");
}

export async function throughPage(site: Site, operation: AnyOperation, prepared: Prepared) {
  const { browser, input } = prepared;
  const route = routeOf(site, operation);
  const { path, rest } = pathOf(route, input);
  const texts = Object.entries(fieldsOf(rest)).map(([name, value]) => [
    name,
    value === true ? "on" : String(value),
  ]);
  const form = Object.fromEntries(texts) as Record<string, string>;
  const answer =
    route.method === "GET"
      ? await browser.get(path, { accept: "text/html" })
      : await browser.postForm(path, form, { accept: "text/html" });
  // Pages also keep a message for the next one.
  const trace = await traceOf(
    site,
    browser,
    { code: null, setCookies: answer.setCookies },
    { ignored: [site.auth.settings.cookies.data] },
  );
  return { trace, refused: isRefused(answer) };
}

export async function throughJson(site: Site, operation: AnyOperation, prepared: Prepared) {
  const { browser, input } = prepared;
  const route = routeOf(site, operation);
  const { path, rest } = pathOf(route, input);
  const answer =
    route.method === "GET"
      ? await browser.get(path, { accept: "application/json" })
      : await browser.postJson(path, fieldsOf(rest));
  const { code, setCookies } = answer;
  const ignored = [site.auth.settings.cookies.data];
  return { answer, trace: await traceOf(site, browser, { code, setCookies }, { ignored }) };
}

function functionOf(site: Site, name: string): AccountFunction {
  return (site.auth.account as unknown as Record<string, AccountFunction>)[name] as AccountFunction;
}

export async function throughFunction(site: Site, name: string, { browser, input }: Prepared) {
  const { result, context, setCookies } = await inRequest(site, browser, (auth: RequestAuth) =>
    functionOf(site, name)(input, auth),
  );
  // Pages and programs read a download to its end, and it holds its place until then.
  await (result as { download?: AccountDownload }).download?.json();
  const within = context.user?.email ?? null;
  const ignored = [site.auth.settings.cookies.data];
  const trace = await traceOf(site, browser, { code: result.code ?? null, setCookies }, { ignored });
  return { result, trace, within };
}

/** Facts that a script doesn't have: a browser, a device, a language. */
const ofBrowsers = ["browser", "locale", "device_id"];

export async function throughScript(site: Site, name: string, { browser, input }: Prepared) {
  const result = await functionOf(site, name)(input, inScript(site));
  const trace = await traceOf(
    site,
    browser,
    { code: result.code ?? null, setCookies: [] },
    { without: ofBrowsers },
  );
  return { result, rows: trace.rows, mails: trace.mails };
}

/** The same for a run in a browser, to compare a script's run with. */
export async function rowsWithoutBrowser(site: Site): Promise<Record<string, string[]>> {
  return wholeDatabase(site.auth.database, ofBrowsers);
}
