import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { coreOf } from "../../../src/assemble.ts";
import type { AnyOperation } from "../../../src/core/operations/index.ts";
import type { AuthOptions } from "../../../src/options.ts";
import type { Browser } from "../../support/browser.ts";
import { type Site, tokenOf } from "../../support/site.ts";
import { inRequest } from "./in-request.ts";

export const email = "anna@example.org";
export const better = "seven grey cups on a shelf";

export const views = ["page", "json", "function"] as const;
export type View = (typeof views)[number];

/** Every value that a browser got. */
export type Given = {
  setCookies: string[];
  code: string | null;
  next: { stage: string; path: string } | null;
};

type Functions = Record<string, (input: object, context: unknown) => Promise<Record<string, unknown>>>;

/** Runs an operation of `auth.account` through one of its views. */
export async function runBy(
  view: View,
  site: Site,
  browser: Browser,
  name: string,
  input: object,
): Promise<Given> {
  const functions = site.auth.account as unknown as Functions;
  if (view === "function") {
    const run = functions[name] as Functions[string];
    const { result, setCookies } = await inRequest(site, browser, (auth) => run(input, auth));
    const next = (result.next ?? null) as Given["next"];
    return { setCookies, code: (result.code as string | undefined) ?? null, next: result.ok ? null : next };
  }
  const operations = coreOperations(site);
  const path =
    coreOf(site.auth).features.routes.find(({ operation }) => operation === operations[name])?.path ?? "";
  if (view === "json") {
    const answer = await browser.postJson(path, input);
    const { setCookies, code } = answer;
    const path_ = code === null ? undefined : answer.json<{ continue?: string }>().continue;
    return { setCookies, code, next: path_ === undefined ? null : { stage: "", path: path_ } };
  }
  const fields = Object.entries(input).map(([key, value]) => [key, value === true ? "on" : String(value)]);
  const answer = await browser.postForm(path, Object.fromEntries(fields) as Record<string, string>);
  const { setCookies, location } = answer;
  const step = location?.startsWith("/login/") ? { stage: "", path: location } : null;
  return { setCookies, code: answer.status >= 400 ? String(answer.status) : null, next: step };
}

function coreOperations({ auth }: Site): Record<string, AnyOperation | undefined> {
  const named = new Map<string, AnyOperation | undefined>();
  for (const name of Object.keys(auth.account)) named.set(name, undefined);
  for (const { operation, path } of coreOf(auth).features.routes) {
    const name = pathNames[path];
    if (operation !== undefined && name !== undefined) named.set(name, operation);
  }
  return Object.fromEntries(named);
}

/** The paths of the operations that begin or continue a sign-in. */
const pathNames: Record<string, string> = {
  "/login": "login",
  "/login/choose-password": "replacePassword",
  "/login/terms": "acceptTerms",
  "/login/mail/confirm": "confirmMailLogin",
  "/confirm-email": "confirmEmail",
  "/register": "register",
};

/** A way to sign in, up to the operation that proves the account. */
export interface WayIn {
  options?: Partial<AuthOptions>;
  /** It creates the account, so its password needs no change. */
  makesAccount?: true;
  remembered?: true;
  prepare(site: Site): Promise<{ browser: Browser; name: string; input: object }>;
}

async function account({ auth }: Site, password: string | undefined = testPassword): Promise<string> {
  const given = { email, username: "anna", ...(password === "" ? {} : { password }) };
  return (await unwrap(auth.users.create(given))).user.id;
}

/** The account must replace its password from here on. */
async function mustChange({ auth }: Site): Promise<void> {
  const { user } = await unwrap(auth.users.find({ who: email }));
  await unwrap(auth.users.requirePasswordChange({ userId: user?.id ?? "" }));
}

/** A browser with an earlier identifying value, which may have been planted. */
async function visitor(site: Site): Promise<Browser> {
  const browser = site.browser();
  await browser.csrfToken();
  return browser;
}

const byPassword =
  (login: string, more: object = {}) =>
  async (site: Site) => {
    await account(site);
    await mustChange(site);
    return { browser: await visitor(site), name: "login", input: { login, password: testPassword, ...more } };
  };

async function afterLink(site: Site, token: string) {
  const browser = await visitor(site);
  await browser.postForm("/reset-password", { token, password: testPassword });
  await mustChange(site);
  return { browser, name: "login", input: { login: email, password: testPassword } };
}

async function mailed(site: Site) {
  await account(site);
  await mustChange(site);
  const browser = await visitor(site);
  await browser.postJson("/login/mail", { email });
  return { browser, mail: await site.mailTo(email) };
}

async function registered(site: Site) {
  const browser = await visitor(site);
  await browser.postJson("/register", { email, password: testPassword });
  return { browser, token: await site.tokenTo(email) };
}

export const waysIn: Record<string, WayIn> = {
  "password by address": { prepare: byPassword(email) },
  "password by username": { prepare: byPassword("anna") },
  "password, remembered": { remembered: true, prepare: byPassword(email, { remember: true }) },
  "mailed link": {
    options: { login: { mail: true } },
    async prepare(site) {
      const { browser, mail } = await mailed(site);
      return { browser, name: "confirmMailLogin", input: { token: tokenOf(mail.links[0]) } };
    },
  },
  "mailed code": {
    options: { login: { mail: true } },
    async prepare(site) {
      const { browser, mail } = await mailed(site);
      return { browser, name: "confirmMailLogin", input: { code: mail.code } };
    },
  },
  "confirmation in the same browser": {
    makesAccount: true,
    async prepare(site) {
      const { browser, token } = await registered(site);
      return { browser, name: "confirmEmail", input: { token } };
    },
  },
  "confirmation in another browser": {
    makesAccount: true,
    async prepare(site) {
      const { token } = await registered(site);
      return { browser: await visitor(site), name: "confirmEmail", input: { token, password: better } };
    },
  },
  "open registration": {
    options: { registration: "open" },
    makesAccount: true,
    prepare: async (site) => ({
      browser: await visitor(site),
      name: "register",
      input: { email, password: testPassword },
    }),
  },
  "an operator's link, then the password": {
    async prepare(site) {
      const userId = await account(site, "");
      const { link } = await unwrap(site.auth.users.passwordLink({ userId }));
      return afterLink(site, tokenOf(link));
    },
  },
  "a forgotten password, then the new one": {
    async prepare(site) {
      await account(site);
      await site.browser().postJson("/forgot-password", { email });
      return afterLink(site, await site.tokenTo(email));
    },
  },
};
