import { randomUUID } from "node:crypto";
import { isLoopback } from "../../platform/http/index.ts";
import { attempt, isAnswer, type Visited } from "../site/exchange.ts";
import type { Line } from "../site/line.ts";
import { createVisitor } from "../site/visitor.ts";
import { readCertificate } from "./certificate.ts";
import { basePathOf, foreignHost, forgedAddresses, type LiveFacts, pathOf } from "./live-facts.ts";
import { type Ask, openLines } from "./live-lines.ts";

/** Looks up which client address the site recorded for a request, if its database is accessible. */
export type SeenAddress = (requestId: string) => Promise<string | null>;

const hiddenPaths = ["/dev/mailbox", "/dev/mailbox.json", "/metrics", "/.env", "/.git/HEAD"];

const REPEATS = { page: 5, forgot: 10, login: 5 };

const madeUpAddress = (): string => `doctor-${randomUUID()}@example.invalid`;
const wantsJson = { accept: "application/json" };
const json = { ...wantsJson, "content-type": "application/json" };

async function visitAll(
  ask: Ask,
  base: URL,
  paths: readonly string[],
  headers: Record<string, string> = {},
): Promise<Record<string, Visited>> {
  const visited: Record<string, Visited> = {};
  for (const path of paths) visited[path] = await ask(pathOf(base, path), { headers });
  return visited;
}

async function repeat(times: number, ask: () => Promise<Visited>): Promise<Visited[]> {
  const visited: Visited[] = [];
  // The first one also pays for connections and memory.
  await ask();
  for (let index = 0; index < times; index++) visited.push(await ask());
  return visited;
}

async function askPlainly(ask: Ask, base: URL): Promise<LiveFacts["plain"]> {
  if (base.protocol !== "https:" || base.port !== "") return null;
  const path = pathOf(base, "/login");
  const page = await ask(path);
  return {
    page,
    post: isAnswer(page) ? await ask(path, { method: "POST", headers: json, body: "{}" }) : page,
  };
}

async function askBroken(ask: Ask, base: URL): Promise<LiveFacts["broken"]> {
  const at = (path: string) => pathOf(base, path);
  return {
    "an unknown path": await ask(at(`/doctor-${randomUUID()}`)),
    "an unknown path as JSON": await ask(at(`/doctor-${randomUUID()}`), { headers: wantsJson }),
    "a path below a page": await ask(at("/login/doctor.css")),
    "a path that can't be decoded": await ask(at("/%E0%A4%A")),
    "broken JSON": await ask(at("/login"), { method: "POST", headers: json, body: '{"login": ' }),
  };
}

type Tokened = Pick<LiveFacts, "csrf" | "seenAddress" | "ownAddress" | "timing">;

async function askWithToken(line: Line, base: URL, seenAddress: SeenAddress | null): Promise<Tokened> {
  const visitor = createVisitor({ basePath: basePathOf(base), line: () => line });
  const token = await visitor.token().catch(() => "");
  if (token === "") {
    return { csrf: null, seenAddress: null, ownAddress: null, timing: { page: [], forgot: [], login: [] } };
  }
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
    attempt(visitor.post(path, fields, { token, headers }));
  const forgot = { email: madeUpAddress() };
  const ask = (headers: Record<string, string>) =>
    post("/forgot-password", { email: madeUpAddress() }, headers);
  const own = { origin: base.origin };
  const csrf = {
    "without a token": await attempt(visitor.post("/forgot-password", forgot, { token: null, headers: own })),
    "with a foreign Origin": await ask({ origin: `https://${foreignHost}` }),
    "from another site": await ask({ "sec-fetch-site": "cross-site" }),
  };
  const forged = await ask({ ...own, "x-forwarded-for": forgedAddresses.join(", ") });
  const id = isAnswer(forged) ? forged.headers["x-request-id"] : undefined;
  const seen = id === undefined || seenAddress === null ? null : await seenAddress(id);
  const login = () => post("/login", { login: madeUpAddress(), password: randomUUID() }, own);
  const timing = {
    page: await repeat(REPEATS.page, () => attempt(visitor.get("/forgot-password"))),
    forgot: await repeat(REPEATS.forgot, () => ask(own)),
    login: await repeat(REPEATS.login, login),
  };
  return { csrf, seenAddress: seen, ownAddress: isAnswer(forged) ? forged.ownAddress : null, timing };
}

/** Names a host other than the site's. For a visitor without a session one page links and the other redirects. */
async function askForged(ask: Ask, base: URL): Promise<LiveFacts["hosts"]> {
  const host = { host: foreignHost };
  const forwarded = {
    "x-forwarded-host": foreignHost,
    "x-host": foreignHost,
    forwarded: `host=${foreignHost};proto=https`,
  };
  return {
    "Host of a page": await ask(pathOf(base, "/forgot-password"), { headers: host }),
    "Host of a redirect": await ask(pathOf(base, "/dashboard"), { headers: host }),
    "X-Forwarded-Host of a page": await ask(pathOf(base, "/forgot-password"), {
      headers: forwarded,
    }),
    "X-Forwarded-Host of a redirect": await ask(pathOf(base, "/dashboard"), { headers: forwarded }),
  };
}

async function askMethods(ask: Ask, base: URL): Promise<LiveFacts["methods"]> {
  const login = pathOf(base, "/login");
  return {
    TRACE: await ask(login, { method: "TRACE", headers: { "x-doctor-echo": "echoed" } }),
    PUT: await ask(login, { method: "PUT" }),
    DELETE: await ask(login, { method: "DELETE" }),
  };
}

/**
 * Collects the answers that the checks need. Contacts only this origin, follows no redirect and never signs in. Every
 * e-mail address is made up under example.invalid, so no mail reaches a person. If the front page doesn't answer, it
 * sends nothing else.
 */
export async function inspectSite(
  base: URL,
  seenAddress: SeenAddress | null,
  ca?: string,
): Promise<LiveFacts> {
  const https = base.protocol === "https:";
  const certificate = https ? await readCertificate(base, ca) : null;
  const { line, ask, askPlain, close } = openLines(base, {}, ca);
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
  };
  try {
    const front = await ask(pathOf(base, "/"));
    if (!isAnswer(front)) return { ...nothing, pages: { "/": front } };
    const pages = await visitAll(ask, base, ["/login", "/register", "/forgot-password"]);
    const personalPages = await visitAll(ask, base, ["/dashboard", "/account"]);
    const personalData = await visitAll(ask, base, ["/session"], wantsJson);
    return {
      ...nothing,
      plain: await askPlainly(askPlain, base),
      pages: { "/": front, ...pages },
      personal: { ...personalPages, ...personalData },
      hidden: await visitAll(ask, base, hiddenPaths),
      broken: await askBroken(ask, base),
      ready: await ask("/readyz", { headers: wantsJson }),
      methods: await askMethods(ask, base),
      hosts: await askForged(ask, base),
      ...(await askWithToken(line, base, seenAddress)),
    };
  } finally {
    close();
  }
}
