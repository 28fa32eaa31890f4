import { randomUUID } from "node:crypto";
import { isLoopback } from "../site/address.ts";
import { readCertificate } from "./certificate.ts";
import { foreignHost, forgedAddresses, type LiveFacts, pathOf } from "./live-facts.ts";
import { createVisitor, isAnswer, type Visited, type Visitor } from "./visitor.ts";

/** Looks up which client address the site recorded for a request, where its database is at hand. */
export type SeenAddress = (requestId: string) => Promise<string | null>;

const hiddenPaths = ["/dev/mailbox", "/dev/mailbox.json", "/metrics", "/.env", "/.git/HEAD"];

const REPEATS = { page: 5, forgot: 10, login: 5 };

const madeUpAddress = (): string => `doctor-${randomUUID()}@example.invalid`;
const wantsJson = { accept: "application/json" };
const json = { ...wantsJson, "content-type": "application/json" };

/** The token of forms and the cookie it belongs to, as a program gets them. */
async function tokenOf(visitor: Visitor, base: URL): Promise<{ value: string; cookie: string } | null> {
  const answer = await visitor.visit(pathOf(base, "/csrf"), { headers: wantsJson });
  if (!isAnswer(answer) || answer.status !== 200) return null;
  const value = /"csrf_token"\s*:\s*"([A-Za-z0-9._~+/=-]+)"/.exec(answer.body)?.[1];
  if (value === undefined) return null;
  const cookie = answer.setCookies.map((each) => each.split(";", 1)[0]).join("; ");
  return { value, cookie };
}

async function visitAll(
  visitor: Visitor,
  base: URL,
  paths: readonly string[],
  headers: Record<string, string> = {},
): Promise<Record<string, Visited>> {
  const visited: Record<string, Visited> = {};
  for (const path of paths) visited[path] = await visitor.visit(pathOf(base, path), { headers });
  return visited;
}

async function repeat(times: number, ask: () => Promise<Visited>): Promise<Visited[]> {
  const visited: Visited[] = [];
  // The first one also pays for connections and memory.
  await ask();
  for (let index = 0; index < times; index++) visited.push(await ask());
  return visited;
}

async function askPlain(visitor: Visitor, base: URL): Promise<LiveFacts["plain"]> {
  if (base.protocol !== "https:" || base.port !== "") return null;
  const page = await visitor.visit(pathOf(base, "/login"), { plain: true });
  const options = { method: "POST", headers: json, body: "{}", plain: true } as const;
  return { page, post: isAnswer(page) ? await visitor.visit(pathOf(base, "/login"), options) : page };
}

async function askBroken(visitor: Visitor, base: URL): Promise<LiveFacts["broken"]> {
  return {
    "an unknown path": await visitor.visit(pathOf(base, `/doctor-${randomUUID()}`)),
    "an unknown path as JSON": await visitor.visit(pathOf(base, `/doctor-${randomUUID()}`), {
      headers: wantsJson,
    }),
    "a path below a page": await visitor.visit(pathOf(base, "/login/doctor.css")),
    "a path that can't be decoded": await visitor.visit(pathOf(base, "/%E0%A4%A")),
    "broken JSON": await visitor.visit(pathOf(base, "/login"), {
      method: "POST",
      headers: json,
      body: '{"login": ',
    }),
  };
}

type Tokened = Pick<LiveFacts, "csrf" | "seenAddress" | "timing">;

async function askWithToken(visitor: Visitor, base: URL, seenAddress: SeenAddress | null): Promise<Tokened> {
  const token = await tokenOf(visitor, base);
  if (token === null) return { csrf: null, seenAddress: null, timing: { page: [], forgot: [], login: [] } };
  const forgot = pathOf(base, "/forgot-password");
  const post = (path: string, fields: object, headers: Record<string, string>): Promise<Visited> =>
    visitor.visit(path, { method: "POST", headers, body: JSON.stringify(fields) });
  const ask = (headers: Record<string, string>) => post(forgot, { email: madeUpAddress() }, headers);
  const cookie = { cookie: token.cookie };
  const withToken = { ...json, ...cookie, "x-csrf-token": token.value };
  const own = { ...withToken, origin: base.origin };
  const csrf = {
    "without a token": await ask({ ...json, ...cookie, origin: base.origin }),
    "with a foreign Origin": await ask({ ...withToken, origin: `https://${foreignHost}` }),
    "from another site": await ask({ ...withToken, "sec-fetch-site": "cross-site" }),
  };
  const forged = await ask({ ...own, "x-forwarded-for": forgedAddresses.join(", ") });
  const id = isAnswer(forged) ? forged.headers["x-request-id"] : undefined;
  const seen = id === undefined || seenAddress === null ? null : await seenAddress(id);
  const page = () => visitor.visit(forgot, { headers: { ...wantsJson, ...cookie } });
  const login = () => post(pathOf(base, "/login"), { login: madeUpAddress(), password: randomUUID() }, own);
  const timing = {
    page: await repeat(REPEATS.page, page),
    forgot: await repeat(REPEATS.forgot, () => ask(own)),
    login: await repeat(REPEATS.login, login),
  };
  return { csrf, seenAddress: seen, timing };
}

/** A forged name of the site, as a browser never sends it; without a signed-in visitor one page links, the other redirects. */
async function askForged(visitor: Visitor, base: URL): Promise<LiveFacts["hosts"]> {
  const host = { host: foreignHost };
  const forwarded = {
    "x-forwarded-host": foreignHost,
    "x-host": foreignHost,
    forwarded: `host=${foreignHost};proto=https`,
  };
  return {
    "Host of a page": await visitor.visit(pathOf(base, "/forgot-password"), { headers: host }),
    "Host of a redirect": await visitor.visit(pathOf(base, "/dashboard"), { headers: host }),
    "X-Forwarded-Host of a page": await visitor.visit(pathOf(base, "/forgot-password"), {
      headers: forwarded,
    }),
    "X-Forwarded-Host of a redirect": await visitor.visit(pathOf(base, "/dashboard"), { headers: forwarded }),
  };
}

async function askMethods(visitor: Visitor, base: URL): Promise<LiveFacts["methods"]> {
  const login = pathOf(base, "/login");
  return {
    TRACE: await visitor.visit(login, { method: "TRACE", headers: { "x-doctor-echo": "echoed" } }),
    PUT: await visitor.visit(login, { method: "PUT" }),
    DELETE: await visitor.visit(login, { method: "DELETE" }),
  };
}

/**
 * Asks the site what the checks need to know. Only this origin is contacted, no redirect is followed, nobody signs in,
 * and every address in it is made up under example.invalid, so that no mail reaches anybody. Where the front page isn't
 * answered, nothing else is asked.
 */
export async function inspectSite(
  base: URL,
  seenAddress: SeenAddress | null,
  ca?: string,
): Promise<LiveFacts> {
  const https = base.protocol === "https:";
  const certificate = https ? await readCertificate(base, ca) : null;
  const visitor = createVisitor(base, {}, ca);
  const nothing: LiveFacts = {
    base,
    https,
    loopback: isLoopback(base.hostname),
    certificate,
    plain: null,
    pages: {},
    personal: {},
    hidden: {},
    broken: {},
    ready: { failed: "not asked" },
    csrf: null,
    methods: {},
    hosts: {},
    seenAddress: null,
    ownAddress: null,
    timing: { page: [], forgot: [], login: [] },
    requests: 1,
  };
  try {
    const front = await visitor.visit(pathOf(base, "/"));
    if (!isAnswer(front)) return { ...nothing, pages: { "/": front } };
    const pages = await visitAll(visitor, base, ["/login", "/register", "/forgot-password"]);
    const personalPages = await visitAll(visitor, base, ["/dashboard", "/account"]);
    const personalData = await visitAll(visitor, base, ["/session"], wantsJson);
    return {
      ...nothing,
      plain: await askPlain(visitor, base),
      pages: { "/": front, ...pages },
      personal: { ...personalPages, ...personalData },
      hidden: await visitAll(visitor, base, hiddenPaths),
      broken: await askBroken(visitor, base),
      ready: await visitor.visit("/readyz", { headers: wantsJson }),
      methods: await askMethods(visitor, base),
      hosts: await askForged(visitor, base),
      ...(await askWithToken(visitor, base, seenAddress)),
      ownAddress: visitor.ownAddress(),
      requests: visitor.count(),
    };
  } finally {
    visitor.close();
  }
}
