import { describe, expect, test } from "vitest";
import { jsonHeaders, pageHeaders } from "../../platform/http/index.ts";
import type { Answer, Visited } from "../site/exchange.ts";
import { type Check, examine, type Finding } from "./finding.ts";
import { behaviourChecks } from "./live-behaviour.ts";
import { connectionChecks } from "./live-connection.ts";
import { cookieChecks } from "./live-cookies.ts";
import { foreignHost, type LiveFacts } from "./live-facts.ts";
import { headerChecks } from "./live-headers.ts";
import { proxyChecks } from "./live-proxy.ts";
import { timingChecks } from "./timing.ts";

/* The checks of a live site over made-up answers. live-site.test.ts tests that the doctor collects the answers. */

const DAY_MS = 86_400_000;
const cookie = "__Host-session=canary-value; Path=/; HttpOnly; Secure; SameSite=Lax";

const lower = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const forPages = lower(pageHeaders({ nonce: "A".repeat(24), https: true }));
const forData = lower(jsonHeaders({ https: true }));

const answer = (status: number, given: Partial<Answer> = {}): Answer => ({
  status,
  headers: forData,
  setCookies: [],
  body: "",
  milliseconds: 5,
  receivedAt: Date.UTC(2026, 0, 1),
  ownAddress: "198.51.100.7",
  ...given,
});

const page = (given: Partial<Answer> = {}) =>
  answer(200, { headers: { ...forPages, date: "Thu, 01 Jan 2026 00:00:00 GMT" }, ...given });

const form = (given: Partial<Answer> = {}) =>
  page({ body: '<input name="csrf_token"><input name="password">', setCookies: [cookie], ...given });

const takes = (milliseconds: number, status: number) => answer(status, { milliseconds });

/** A site as it should be. */
function good(): LiveFacts {
  return {
    base: new URL("https://app.example.org/"),
    https: true,
    loopback: false,
    certificate: { problem: null, endsAt: Date.now() + 60 * DAY_MS, protocol: "TLSv1.3" },
    plain: {
      page: answer(308, { headers: { location: "https://app.example.org/login" } }),
      post: answer(403),
    },
    pages: { "/": page(), "/login": form(), "/register": form(), "/forgot-password": form() },
    personal: { "/dashboard": answer(303), "/account": answer(303), "/session": answer(401) },
    hidden: {
      "/dev/mailbox": answer(404),
      "/dev/mailbox.json": answer(404),
      "/metrics": answer(404),
      "/.env": answer(404),
      "/.git/HEAD": answer(404),
    },
    broken: {
      "an unknown path": answer(404),
      "a path below a page": answer(404),
      "broken JSON": answer(400),
    },
    ready: answer(200),
    csrf: { "without a token": answer(403), "with a foreign Origin": answer(403) },
    methods: { TRACE: answer(405), PUT: answer(405), DELETE: answer(405) },
    hosts: {
      "Host of a page": form(),
      "Host of a redirect": answer(303, { headers: { location: "/login" } }),
    },
    seenAddress: "203.0.113.9",
    ownAddress: "198.51.100.7",
    timing: { page: [takes(3, 200)], forgot: [takes(4, 202)], login: [takes(40, 401)] },
  };
}

const all: readonly Check<LiveFacts>[] = [
  ...connectionChecks,
  ...headerChecks,
  ...cookieChecks,
  ...behaviourChecks,
  ...timingChecks,
];

async function look(facts: LiveFacts, trustedProxies: number | null = 1): Promise<Finding[]> {
  return [
    ...(await examine("live", all, facts)),
    ...(await examine("proxies", proxyChecks, { live: facts, trustedProxies })),
  ];
}

const bad = (findings: Finding[]) =>
  findings.filter(({ level }) => level !== "ok").map(({ level, check }) => `${level} ${check}`);

/** Every run says this, because the doctor doesn't sign in. */
const always = "note cookies-after-login";

test("every finding about a good site is ok", async () => {
  const findings = await look(good());
  expect(bad(findings)).toEqual([always]);
  for (const { level, fix } of findings) expect(fix === null).toBe(level === "ok");
  const named = new Set(findings.map(({ check }) => check));
  for (const { name } of all) if (name !== "own-forms") expect(named).toContain(name);
});

test("a check without an answer isn't ok", async () => {
  const cut: Visited = { failed: "ECONNRESET" };
  const cutAll = <Visits extends object>(visits: Visits): Visits =>
    Object.fromEntries(Object.keys(visits).map((name) => [name, cut])) as Visits;
  const site = good();
  const { pages, personal, hidden, broken, csrf, methods, hosts } = site;
  const findings = await look({
    ...site,
    plain: { page: cut, post: cut },
    pages: cutAll(pages),
    personal: cutAll(personal),
    hidden: cutAll(hidden),
    broken: cutAll(broken),
    ready: cut,
    csrf: csrf && cutAll(csrf),
    methods: cutAll(methods),
    hosts: cutAll(hosts),
    seenAddress: null,
    timing: { page: [cut], forgot: [cut], login: [cut] },
  });
  const well = findings.filter(({ level }) => level === "ok").map(({ check }) => check);
  expect(well).toEqual(["https", "certificate", "http-redirect"]);
  // Missing pages prove nothing either.
  const nowhere = await look({
    ...site,
    pages: Object.fromEntries(Object.keys(pages).map((path) => [path, answer(404)])),
  });
  expect(bad(nowhere)).toEqual(
    expect.arrayContaining(["note csp-scripts", "note framing", "note referrer-policy"]),
  );
  // One missing answer is enough.
  const one = await look({ ...site, hidden: { ...hidden, "/.git/HEAD": { failed: "timeout" } } });
  expect(bad(one)).toEqual(expect.arrayContaining(["note files"]));
  expect(one.find(({ check }) => check === "files")?.finding).toBe(
    "This is incomplete: 1 of 2 requests got no answer (timeout). Otherwise: No file of the installation is served.",
  );
});

const withPages = (change: (answer: Answer) => Answer): Partial<LiveFacts> => ({
  pages: Object.fromEntries(
    Object.entries(good().pages).map(([path, visited]) => [path, change(visited as Answer)]),
  ),
});

const withHeaders = (headers: Record<string, string>) =>
  withPages((each) => ({ ...each, headers: { ...each.headers, ...headers } }));

function without(...names: string[]): Partial<LiveFacts> {
  return withPages((each) => ({
    ...each,
    headers: Object.fromEntries(Object.entries(each.headers).filter(([name]) => !names.includes(name))),
  }));
}

const withCookie = (text: string) => withPages((each) => ({ ...each, setCookies: [text] }));
const certificate = (given: Partial<NonNullable<LiveFacts["certificate"]>>): Partial<LiveFacts> => ({
  certificate: { problem: null, endsAt: Date.now() + 60 * DAY_MS, protocol: "TLSv1.3", ...given },
});
const plain = (visited: Visited, post: Visited = answer(403)): Partial<LiveFacts> => ({
  plain: { page: visited, post },
});
const hidden = (path: string, body: string): Partial<LiveFacts> => ({
  hidden: { ...good().hidden, [path]: answer(200, { body }) },
});
const broken = (visited: Answer, what = "broken JSON"): Partial<LiveFacts> => ({
  broken: { [what]: visited },
});
const timing = (given: Partial<LiveFacts["timing"]>): Partial<LiveFacts> => ({
  timing: { ...good().timing, ...given },
});

const stack =
  "TypeError: x is not a function\n    at handle (/srv/app/server.js:12:34)\n    at next (node:internal/x:1:2)";
const toHttps = (host: string) => answer(301, { headers: { location: `https://${host}/` } });
const policy = forPages["content-security-policy"] as string;

describe("each fault is found, and nothing else", () => {
  test.each<[string, string[], Partial<LiveFacts>]>([
    [
      "no answer from the front page",
      ["serious reachable"],
      { pages: { ...good().pages, "/": answer(502) } },
    ],
    [
      "another origin",
      ["warning reachable"],
      { pages: { ...good().pages, "/": answer(301, { headers: { location: "https://www.example.org/" } }) } },
    ],
    ["no login page", ["warning login-page"], { pages: { ...good().pages, "/login": answer(404) } }],
    ["no TLS", ["serious certificate"], { certificate: null }],
    ["[HD-01] an expired certificate", ["serious certificate"], certificate({ endsAt: Date.now() - 1 })],
    [
      "one for another name",
      ["serious certificate"],
      certificate({ problem: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    ],
    ["one that ends tomorrow", ["serious certificate"], certificate({ endsAt: Date.now() + DAY_MS })],
    ["one that ends soon", ["warning certificate"], certificate({ endsAt: Date.now() + 9 * DAY_MS })],
    ["an old protocol", ["warning certificate"], certificate({ protocol: "TLSv1" })],
    ["[HD-01] pages by plain http", ["serious http-redirect"], plain(page())],
    [
      "a redirect that stays on http",
      ["serious http-redirect"],
      plain(answer(301, { headers: { location: "/" } })),
    ],
    ["a redirect to another host", ["warning http-redirect"], plain(toHttps("www.example.org"))],
    [
      "[HD-01] a form by plain http",
      ["serious http-redirect"],
      plain(toHttps("app.example.org"), answer(401)),
    ],
    ["a redirected form", ["note http-redirect"], plain(toHttps("app.example.org"), answer(308))],
    ["another port", ["note http-redirect"], { plain: null }],
    ["a site that isn't ready", ["serious ready"], { ready: answer(503) }],
    ["a clock that is off", ["warning server-clock"], withHeaders({ date: "Thu, 01 Jan 2026 01:00:00 GMT" })],
    ["[HD-01] no HSTS", ["serious hsts"], without("strict-transport-security")],
    [
      "[HD-01] HSTS of a day",
      ["warning hsts"],
      withHeaders({ "strict-transport-security": "max-age=86400" }),
    ],
    [
      "HSTS without subdomains",
      ["note hsts"],
      withHeaders({ "strict-transport-security": "max-age=31536000" }),
    ],
    [
      "[HD-02] no policy",
      ["serious csp-scripts", "warning csp-rest", "warning csp-rest", "warning csp-rest", "note framing"],
      without("content-security-policy"),
    ],
    [
      "[HD-02] scripts in the page",
      ["serious csp-scripts"],
      withHeaders({ "content-security-policy": policy.replace("script-src", "script-src 'unsafe-inline'") }),
    ],
    [
      "[HD-02] scripts from everywhere by default-src",
      ["serious csp-scripts"],
      withHeaders({
        "content-security-policy": policy.replace(/script-src[^;]*;/, "").replace("'none'", "https:"),
      }),
    ],
    [
      "eval",
      ["warning csp-scripts"],
      withHeaders({ "content-security-policy": policy.replace("script-src", "script-src 'unsafe-eval'") }),
    ],
    [
      "styles in the page",
      ["warning csp-rest"],
      withHeaders({ "content-security-policy": policy.replace("style-src", "style-src 'unsafe-inline'") }),
    ],
    [
      "[HD-03] frames of every site",
      ["serious framing"],
      withHeaders({
        "content-security-policy": policy.replace("frame-ancestors 'none'", "frame-ancestors *"),
        "x-frame-options": "ALLOWALL",
      }),
    ],
    ["[HD-04] sniffing", ["warning x-content-type-options"], without("x-content-type-options")],
    [
      "[HD-05] a loose Referer",
      ["warning referrer-policy"],
      withHeaders({ "referrer-policy": "unsafe-url" }),
    ],
    ["[HD-08] no COOP", ["warning cross-origin-opener-policy"], without("cross-origin-opener-policy")],
    ["[HD-08] no CORP", ["warning cross-origin-resource-policy"], without("cross-origin-resource-policy")],
    ["[HD-06] a form that caches keep", ["serious no-store"], withHeaders({ "cache-control": "max-age=60" })],
    [
      "[HD-06] a personal answer that caches keep",
      ["serious no-store"],
      { personal: { "/session": answer(401, { headers: {} }) } },
    ],
    ["[HD-09] the name of the software", ["note server-names"], withHeaders({ "x-powered-by": "Express" })],
    ["[CK-02] no HttpOnly", ["serious cookie-flags"], withCookie(cookie.replace("HttpOnly; ", ""))],
    ["[CK-01] no Secure", ["serious cookie-flags"], withCookie(cookie.replace("Secure; ", ""))],
    ["[CK-03] no SameSite", ["serious cookie-flags"], withCookie(cookie.replace("; SameSite=Lax", ""))],
    ["[CK-03] SameSite=None", ["serious cookie-flags"], withCookie(cookie.replace("Lax", "None"))],
    ["[CK-01] a Domain", ["serious cookie-flags"], withCookie(`${cookie}; Domain=example.org`)],
    ["[CK-01] another path", ["serious cookie-flags"], withCookie(cookie.replace("Path=/", "Path=/auth"))],
    ["[CK-01] no prefix", ["serious cookie-flags"], withCookie(cookie.replace("__Host-", ""))],
    ["a proxy's cookie", ["warning cookie-flags"], withCookie("balance=1; Secure; SameSite=Lax")],
    ["no cookie at all", ["warning cookie-flags"], withPages((each) => ({ ...each, setCookies: [] }))],
    ["[KY-07] the mailbox", ["serious dev-mailbox"], hidden("/dev/mailbox", "<h1>Mailbox</h1>")],
    ["[KY-07] the mailbox as data", ["serious dev-mailbox"], hidden("/dev/mailbox.json", "[]")],
    ["[KY-07] metrics", ["serious metrics"], hidden("/metrics", "# HELP x y\nx 1\n")],
    ["[KY-07] the environment", ["serious files"], hidden("/.env", "SECRET_KEYS=canary-value\n")],
    ["[KY-07] the repository", ["serious files"], hidden("/.git/HEAD", "ref: refs/heads/main\n")],
    ["[HD-09] a stack", ["serious error-pages"], broken(answer(404, { body: stack }))],
    [
      "[HD-09] a stack in JSON",
      ["serious error-pages"],
      broken(answer(400, { body: JSON.stringify({ stack }) })),
    ],
    ["a failure", ["warning error-pages"], broken(answer(500))],
    ["[HD-07] a page below a page", ["warning error-pages"], broken(page(), "a path below a page")],
    ["[CF-01] no CSRF check", ["serious csrf"], { csrf: { "without a token": answer(202) } }],
    ["[CF-03] a foreign origin", ["serious csrf"], { csrf: { "with a foreign Origin": answer(303) } }],
    ["a throttled CSRF check", ["note csrf"], { csrf: { "without a token": answer(429) } }],
    ["no token", ["note csrf"], { csrf: null }],
    [
      "an own form that is refused",
      ["note csrf", "serious own-forms", "note forgot-password-time"],
      timing({ forgot: [answer(403)] }),
    ],
    [
      "[HD-10] an echo",
      ["serious methods"],
      { methods: { TRACE: answer(200, { body: "x-doctor-echo: echoed" }) } },
    ],
    ["[HD-10] any method", ["warning methods"], { methods: { PUT: answer(200) } }],
    [
      "a host in a link",
      ["serious host-header"],
      { hosts: { Host: page({ body: `<a href="https://${foreignHost}/x">` }) } },
    ],
    [
      "a host in a redirect",
      ["serious host-header"],
      { hosts: { Host: answer(303, { headers: { location: `https://${foreignHost}/login` } }) } },
    ],
    ["[TH-08] a believed address", ["serious client-address"], { seenAddress: "192.0.2.69" }],
    ["[TH-08] the proxy's address", ["warning client-address"], { seenAddress: "10.0.0.3" }],
    ["an unknown address", ["warning client-address"], { seenAddress: "unknown" }],
    ["an address that can't be looked up", ["note client-address"], { seenAddress: null }],
    ["[TH-02] no hash for the unknown", ["warning login-time"], timing({ login: [takes(4, 401)] })],
    ["a slow login", ["warning login-time"], timing({ login: [takes(2500, 401)] })],
    ["a slow form", ["warning forgot-password-time"], timing({ forgot: [takes(2500, 202)] })],
    ["a throttled form", ["note forgot-password-time"], timing({ forgot: [takes(3, 429)] })],
    ["no answer to a login", ["note login-time"], timing({ login: [{ failed: "timeout" }] })],
  ])("%s", async (_what, expected, change) => {
    const findings = await look({ ...good(), ...change });
    expect(bad(findings).filter((each) => each !== always)).toEqual(expected);
    for (const { level, fix } of findings) expect(fix === null).toBe(level === "ok");
    expect(JSON.stringify(findings)).not.toContain("canary");
  });
});

test("on this machine plain http, its mailbox and its metrics are fine", async () => {
  const session = "session=v; Path=/; HttpOnly; SameSite=Lax";
  const facts: LiveFacts = {
    ...good(),
    ...withCookie(session),
    hosts: {},
    https: false,
    loopback: true,
    certificate: null,
    plain: null,
    hidden: {
      ...good().hidden,
      "/dev/mailbox.json": answer(200, { body: "[]" }),
      "/metrics": answer(200, { body: "# HELP x y\n" }),
    },
  };
  expect(bad(await look(facts))).toEqual(["note https", always, "note dev-mailbox"]);
  expect(bad(await look({ ...facts, seenAddress: "192.0.2.69" }))).toContain("warning client-address");
});

test("plain http elsewhere is serious, and so is a session that is set there", async () => {
  const facts: LiveFacts = { ...good(), https: false, certificate: null, plain: null };
  const findings = bad(await look({ ...facts, ...withCookie("session=v; Path=/; HttpOnly; SameSite=Lax") }));
  expect(findings).toContain("serious https");
  expect(findings).toContain("serious cookie-flags");
});

test("[TH-08] the finding names the surplus hops, and knows its own address", async () => {
  const client = async (seenAddress: string, trustedProxies: number | null) =>
    (await examine("proxies", proxyChecks, { live: { ...good(), seenAddress }, trustedProxies }))[0];
  expect((await client("192.0.2.68", 3))?.fix).toContain("TRUSTED_PROXIES 1,");
  expect((await client("192.0.2.69", null))?.fix).toContain("TRUSTED_PROXIES smaller,");
  expect((await client("10.0.0.3", 1))?.fix).toContain("TRUSTED_PROXIES 2,");
  expect((await client("198.51.100.7", 1))?.level).toBe("ok");
});

test("without the database, a proxy's headers contradict TRUSTED_PROXIES=0", async () => {
  const pages = { ...good().pages, "/": page({ headers: { ...forPages, via: "1.1 proxy" } }) };
  const live = { ...good(), pages, seenAddress: null };
  expect(await examine("proxies", proxyChecks, { live, trustedProxies: 0 })).toMatchObject([
    { level: "warning" },
  ]);
});
