import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import type { Route } from "../../src/core/requests/index.ts";
import { fieldName } from "../../src/core/requests/index.ts";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { accountsSnapshot } from "../support/database-dump.ts";
import { createSite, noThrottle, origin, type Site, tokenOf } from "../support/site.ts";

let site: Site;
const email = "user@example.org";

beforeAll(async () => {
  // A download takes no field, and each one reads thousands of events that these attacks leave.
  site = createSite({ throttle: { ...noThrottle, downloadsPerAccount: 6 } });
  await unwrap(site.auth.users.create({ email, password: testPassword }));
});

afterAll(() => site.close());

/** Every POST route with the fields it declares: a new route is attacked without a change here. */
const declared: [path: string, fields: string[]][] = (() => {
  const probe = createSite();
  const posts = coreOf(probe.auth).features.routes.filter(({ method }) => method === "POST");
  void probe.close();
  return posts.map(({ path, input }: Route): [string, string[]] => [
    path.replace(/:\w+/g, "x"),
    [
      "anything",
      ...Object.keys((input as { entries?: object } | undefined)?.entries ?? {})
        // Variables of the path aren't fields.
        .filter((name) => !path.includes(`:${name}`))
        .map(fieldName),
    ],
  ]);
})();

/** An honest visitor's values, for fields that aren't attacked. */
const honest: Record<string, string> = {
  login: email,
  email,
  password: testPassword,
  current_password: testPassword,
  token: "x".repeat(43),
};

function honestFor(fields: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(honest).filter(([name]) => fields.includes(name)));
}

/** A signed-in browser without rights, so that routes behind a login are reached too. */
async function person(): Promise<Browser> {
  const { cookie } = await site.as(email);
  return site.browser({ cookie });
}

/** No 5xx, no internals, no foreign session, no rights gained. */
async function judge(what: unknown[], answer: Answer, browser: Browser): Promise<void> {
  const { text } = answer;
  expect([...what, answer.status >= 200 && answer.status < 500]).toEqual([...what, true]);
  expect(text).not.toMatch(/node_modules|at \S+ \(|\.ts:|SQLITE|valibot/);
  if (answer.headers.getSetCookie().length === 0) return;
  const session = await browser.get("/session");
  if (session.status !== 200) return;
  const { user } = (await session.json()) as { user: { email: string; roles: string[] } };
  expect([...what, user.email, user.roles]).toEqual([...what, email, ["user"]]);
}

const jsonValues: [string, string][] = [
  "[]",
  '["a"]',
  "{}",
  '{"toString":"x"}',
  '{"length":99}',
  '{"reveal":1}',
  "null",
  "true",
  "false",
  "0",
  "-1",
  "1e999",
  "1.5",
  '""',
  '" "',
  '[[["a"]]]',
  '{"a":{"b":{"c":1}}}',
  '{"$ne":""}',
  '{"$where":"sleep(5000)"}',
  '"2026-01-01T00:00:00Z"',
  '{"__proto__":{"role":"admin"}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
].map((json) => [json, json]);

/**
 * Bytes and texts as attackers write them.
 * Cases A-IN-05, A-IN-06, A-LG-01.
 */
const texts: string[] = [
  "\u0000",
  `${email}\u0000`,
  "a\u0001b",
  "\u007f",
  "\u0085",
  "\u2028\u2029",
  "\ud800",
  "\udc00x",
  "\u202eadmin",
  "\ufeff",
  "\u{1f511}",
  "a".repeat(1025),
  "e\u0301".repeat(10_000),
  "' OR '1'='1",
  '"; DROP TABLE users; --',
  "') OR sleep(5)--",
  "1;SELECT pg_sleep(5)",
  '{"$ne":""}',
  "$" + "{7*7}",
  "{{7*7}}",
  "<%= 7*7 %>",
  "#{7*7}",
  "*)(uid=*",
  "$(sleep 5)",
  "&& sleep 5",
  "%s%n%x",
  "../../etc/passwd",
  "\r\nSet-Cookie: __Host-session=x",
  "$" + "{jndi:ldap://x}",
  "__proto__",
  "hasOwnProperty",
  "toString",
  "constructor",
];

const formType = { "content-type": "application/x-www-form-urlencoded" };
const jsonType = { "content-type": "application/json" };

describe.each(declared)("POST %s", (path, fields) => {
  it("[IN-02] values of another type are refused in every field, and the process stays up (case A-IN-02)", async () => {
    let browser = await person();
    for (const field of fields) {
      const others = Object.entries(honestFor(fields)).filter(([name]) => name !== field);
      for (const [name, json] of jsonValues) {
        if ((await browser.sessionStatus()) !== 200) browser = await person();
        const body = `{${[...others.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`), `${JSON.stringify(field)}:${json}`].join(",")}}`;
        const headers = { ...jsonType, "x-csrf-token": await browser.csrfToken() };
        const answer = await browser.send("POST", path, { body, headers });
        const wrong = !/^(?:"|true|false|null)/.test(json);
        if (wrong && !["anything", "next"].includes(field)) {
          // Objects and lists of lists aren't fields. A list of texts is a field of the wrong type.
          const expected = /^(?:\{|\[\[)/.test(json) ? 400 : 422;
          expect([path, field, name, answer.status]).toEqual([path, field, name, expected]);
        }
        await judge([path, field, name], answer, browser);
      }
      const token = await browser.csrfToken();
      const rest = new URLSearchParams(Object.fromEntries(others)).toString();
      for (const form of [
        `${field}[]=a`,
        `${field}[a]=a`,
        `${field}.a=a`,
        `${field}=a&${field}=b`,
        `${field}`,
        `${field}=`,
        `=${field}`,
        `&&&${field}`,
      ]) {
        const answer = await browser.send("POST", path, {
          body: `csrf_token=${token}&${rest}&${form}`,
          headers: formType,
        });
        if (form === `${field}=a&${field}=b`) expect([path, form, answer.status]).toEqual([path, form, 400]);
        await judge([path, form], answer, browser);
        if ((await browser.sessionStatus()) !== 200) browser = await person();
      }
    }
  });

  it("[IN-04, IN-05] odd bytes and injections are plain text in every field (cases A-IN-05, A-IN-06)", async () => {
    let browser = await person();
    for (const field of fields) {
      for (const text of texts) {
        if ((await browser.sessionStatus()) !== 200) browser = await person();
        const values = { ...honestFor(fields), [field]: text };
        const token = await browser.csrfToken();
        const headers = { ...jsonType, "x-csrf-token": token };
        const json = await browser.send("POST", path, { body: JSON.stringify(values), headers });
        const broken = text.includes("\0") || !text.isWellFormed();
        if (broken) expect([path, field, text, json.status]).toEqual([path, field, text, 400]);
        await judge([path, field, text.slice(0, 40)], json, browser);
        if ((await browser.sessionStatus()) !== 200) browser = await person();
        await judge([path, field, text.slice(0, 40)], await browser.postForm(path, values), browser);
      }
      for (const raw of [
        "%00",
        "%c0%af",
        "%ff",
        "%ed%a0%80",
        "%u0041",
        "%2540",
        "%",
        "%zz",
        "%f8%a1%a1%a1%a1",
      ]) {
        if ((await browser.sessionStatus()) !== 200) browser = await person();
        const rest = Object.entries(honestFor(fields)).filter(([name]) => name !== field);
        const query = new URLSearchParams([...rest, ["csrf_token", await browser.csrfToken()]]);
        const answer = await browser.send("POST", path, {
          body: `${query}&${field}=${raw}`,
          headers: formType,
        });
        if (raw !== "%2540") expect([path, field, raw, answer.status]).toEqual([path, field, raw, 400]);
        await judge([path, field, raw], answer, browser);
      }
    }
  });

  it("[IN-02, IN-03] bodies that aren't objects and repeated keys are refused (cases A-IN-02, A-IN-07)", async () => {
    const browser = await person();
    const headers = { ...jsonType, "x-csrf-token": await browser.csrfToken() };
    const bodies = [
      ...[
        "[]",
        '"text"',
        "1",
        "null",
        "true",
        "",
        " ",
        "{",
        '{"a":1}{"a":2}',
        "{'a':1}",
        '{"a":1,}',
        "NaN",
        "\ufeff{}",
      ],
      ...[
        '{"email":"a","email":"b"}',
        '{"email":"a","\\u0065mail":"b"}',
        '{"x":{"y":1,"y":2}}',
        '{"a":"\\ud800"}',
        '{"a":"\\u0000"}',
      ],
    ];
    for (const body of bodies) {
      const answer = await browser.send("POST", path, { body, headers });
      expect([path, body, answer.status]).toEqual([path, body, 400]);
      expect(await answer.json()).toMatchObject({ code: "malformed_body" });
    }
    const utf16 = new Uint8Array(
      new Uint16Array([..."{}"].map((character) => character.charCodeAt(0))).buffer,
    );
    for (const body of [
      utf16,
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      new Uint8Array([0xc0, 0xaf]),
    ]) {
      expect((await browser.send("POST", path, { body, headers })).status).toBe(400);
    }
    expect(await browser.sessionStatus()).toBe(200);
  });

  it("[IN-02] no body pollutes prototypes (case A-IN-03)", async () => {
    const browser = await person();
    const token = await browser.csrfToken();
    const headers = { ...jsonType, "x-csrf-token": token };
    const polluting = [
      '{"__proto__":{"role":"admin","isAdmin":true,"polluted":1}}',
      '{"constructor":{"prototype":{"isAdmin":true,"polluted":1}}}',
      '{"a":{"__proto__":{"polluted":1}}}',
      '{"prototype":{"polluted":1}}',
    ];
    for (const body of polluting)
      await judge([path, body], await browser.send("POST", path, { body, headers }), browser);
    for (const body of [
      "__proto__[polluted]=1",
      "__proto__.polluted=1",
      "constructor[prototype][polluted]=1",
      "__proto__=1",
    ]) {
      const again = await browser.csrfToken();
      await judge(
        [path, body],
        await browser.send("POST", path, { body: `${body}&csrf_token=${again}`, headers: formType }),
        browser,
      );
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    expect((await (await person()).get("/admin")).status).toBe(403);
  });

  it("[IN-01] big, deep and wide bodies are refused without work (cases A-DO-01, A-DO-02, A-DO-04, A-DO-05)", async () => {
    const browser = await person();
    const token = await browser.csrfToken();
    const json = { ...jsonType, "x-csrf-token": token };
    const form = { ...formType, "x-csrf-token": token };
    const before = site.auth.metrics().hashing;
    const cases: [string, string, Record<string, string>, number][] = [
      ["10 MB", "x".repeat(10_000_000), json, 413],
      ["1 MB password", JSON.stringify({ ...honestFor(fields), password: "p".repeat(1_000_000) }), json, 413],
      ["deep array", "[".repeat(30_000), json, 400],
      ["deep object", '{"a":'.repeat(10_000), json, 400],
      ["deep value", `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, json, 400],
      ["long number", `{"a":${"1".repeat(60_000)}`, json, 400],
      ["many pairs", "a=&".repeat(20_000), form, 400],
      ["many names", Array.from({ length: 5000 }, (_, index) => `a${index}=`).join("&"), form, 400],
      ["many brackets", `a${"[0]".repeat(1000)}=1&`.repeat(20), form, 400],
    ];
    for (const [what, body, headers, expected] of cases) {
      const answer = await browser.send("POST", path, { body, headers });
      expect([path, what, answer.status]).toEqual([path, what, expected]);
    }
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(16_384).fill(97)),
    });
    const chunked = new Request(origin + path, {
      method: "POST",
      body: endless,
      headers: { ...form, cookie: browser.jar.header },
      duplex: "half",
    } as RequestInit);
    expect((await site.app.fetch(chunked)).status).toBe(413);
    const lying = await browser.send("POST", path, {
      body: "a=1",
      headers: { ...form, "content-length": "1000000000" },
    });
    expect(lying.status).toBe(413);
    expect(site.auth.metrics().hashing).toEqual(before);
  });

  it("[IN-03] no field comes from the query", async () => {
    const browser = await person();
    const query = new URLSearchParams({ ...honest, csrf_token: await browser.csrfToken() });
    const before = await site.auth.database.one(
      "SELECT count(*) AS count FROM sessions WHERE ended_at IS NULL",
    );
    const answer = await browser.send("POST", `${path}?${query}`, { headers: formType, body: "" });
    expect(answer.status).toBe(403);
    expect(
      await site.auth.database.one("SELECT count(*) AS count FROM sessions WHERE ended_at IS NULL"),
    ).toEqual(before);
  });

  it.each([
    "application/json",
    "text/html",
    "*/*;q=0",
    "../../etc",
    "",
    ",,,;;;q=",
    "a/b;q=2",
    "application/json;q=0, text/html;q=0",
    `${"a/b,".repeat(3000)}`,
  ])("[AZ-10] Accept: %.60s is answered in a known form (case A-IN-10)", async (accept) => {
    const browser = await person();
    for (const answer of [
      await browser.postForm(path, {}, { accept }),
      await browser.send("POST", path, { headers: { accept } }),
    ]) {
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get("content-type") ?? "text/html").toMatch(
        /^(?:text\/html|application\/(?:problem\+)?json)/,
      );
    }
  });
});

describe("extra fields (case A-IN-01)", () => {
  const extra = {
    role: "admin",
    roles: "admin",
    isAdmin: "1",
    is_admin: "true",
    admin: "true",
    emailVerified: "true",
    email_verified: "true",
    email_confirmed_at: "1",
    email_verified_at: "2020-01-01",
    status: "active",
    id: "1",
    _id: "1",
    userId: "1",
    user_id: "1",
    createdAt: "2020-01-01",
    created_at: "1",
    passwordHash: "x",
    hash: "x",
    mfaEnabled: "false",
    "user[role]": "admin",
    "user.role": "admin",
    "$set[role]": "admin",
    permissions: "*",
    epoch: "0",
    must_change: "0",
    fields: '{"roles":["admin"]}',
    authenticated_at: "9999999999999",
    remembered: "1",
    sessionId: "1",
  };
  const { roles, permissions, ...others } = extra;
  const extraLists = { ...others, "roles[]": roles, "permissions[]": permissions };

  it("[SU-03] extra fields have no effect at registration, confirmation and change of password", async () => {
    const open = createSite({ registration: "open" });
    try {
      const browser = open.browser();
      const admin = {
        email: "mass@example.org",
        password: testPassword,
        ...extra,
        roles: ["admin"],
      };
      const deep = await browser.postJson("/register", { ...admin, user: { role: "admin" } });
      expect([deep.status, deep.code]).toEqual([400, "malformed_body"]);
      expect((await browser.postJson("/register", admin)).status).toBe(201);
      const read = async () =>
        ((await browser.get("/session")).json() as { user: Record<string, unknown> }).user;
      const plain = { email: "mass@example.org", username: null, roles: ["user"] };
      expect(await read()).toEqual({
        ...plain,
        email_verified: false,
        id: expect.stringMatching(/^0[0-9a-f-]{35}$/),
      });
      const change = {
        ...extraLists,
        current_password: testPassword,
        password: "a louder kettle in the sun",
      };
      expect((await browser.postForm("/account/password", change)).status).toBe(303);
      expect(await read()).toMatchObject({ ...plain, email_verified: false });
      expect((await browser.get("/admin")).status).toBe(403);
    } finally {
      await open.close();
    }
    const browser = site.browser();
    await browser.postForm("/register", { email: "mass@example.org", password: testPassword, ...extra });
    const link = (await site.mails()).find(({ to }) => to === "mass@example.org")?.links[0];
    await browser.postForm("/confirm-email", { token: tokenOf(link), ...extraLists });
    const { user } = (await browser.get("/session")).json() as { user: Record<string, unknown> };
    expect(user).toMatchObject({ email: "mass@example.org", roles: ["user"] });
  });
});

describe("identity", () => {
  it("[IN-08] identity comes from no header and no target that a proxy or framework might use (case A-IN-04)", async () => {
    const admin = await unwrap(
      site.auth.users.create({
        email: "boss@example.org",
        password: testPassword,
        roles: ["admin"],
      }),
    );
    const hostile: Record<string, string>[] = [
      { "x-user-id": admin.user.id },
      {
        "x-forwarded-user": "boss@example.org",
        "remote-user": "boss@example.org",
        "x-remote-user": "boss@example.org",
      },
      { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
      { "x-original-url": "/login", "x-rewrite-url": "/login" },
      { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", forwarded: "for=127.0.0.1" },
      { "x-forwarded-host": "evil.example", "x-forwarded-proto": "http", host: "evil.example" },
      { "x-http-method-override": "GET" },
      { authorization: `Basic ${btoa(`boss@example.org:${testPassword}`)}` },
    ];
    const browser = await person();
    for (const headers of hostile) {
      expect((await site.browser().get("/dashboard", headers)).status).toBe(303);
      expect((await site.browser().get("/admin/users", headers)).status).toBe(303);
      expect((await browser.get("/admin", headers)).status).toBe(403);
      expect((await browser.get("/admin/users", headers)).status).toBe(403);
      const answer = await site.browser().get("/dashboard", headers);
      expect(answer.headers.get("location")).toBe("/login?next=%2Fdashboard");
    }
    const absolute = await site.raw("GET", "http://evil.example/admin/users", {});
    expect(absolute === null || absolute.status === 303).toBe(true);
  });

  it("[IN-08] a foreign host never reaches mail and links", async () => {
    const browser = site.browser();
    const headers = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      forwarded: "host=evil.example",
    };
    await browser.postForm("/register", { email: "hosted@example.org", password: testPassword }, headers);
    const mail = (await site.mails()).find(({ to }) => to === "hosted@example.org");
    expect(mail?.links[0]).toMatch(/^https:\/\/app\.example\.org\/confirm-email\?token=/);
    expect(JSON.stringify(mail)).not.toContain("evil.example");
  });
});

describe("steps", () => {
  // The matrix above changes passwords; these steps need one that stays.
  const stepper = "stepper@example.org";
  const signedInStepper = () => site.signedIn(stepper);

  it("[IN-09] no step works before the steps it follows (case A-IN-08)", async () => {
    const person1 = site.browser();
    const invented = "A".repeat(43);
    for (const path of ["/confirm-email", "/reset-password"]) {
      const answer = await person1.postForm(path, {
        token: invented,
        password: "a louder kettle in the sun",
      });
      expect([path, answer.status]).toEqual([path, 410]);
    }
    expect((await person1.postForm("/reauthenticate", { password: testPassword })).status).toBe(303);
    expect(
      (
        await person1.postForm("/account/password", {
          current_password: testPassword,
          password: "x".repeat(20),
        })
      ).status,
    ).toBe(303);
    expect(await person1.sessionStatus()).toBe(401);
    expect((await person1.postForm("/logout")).status).toBe(303);
  });

  it("[IN-09, KY-04] a link of one flow is invalid in every other flow", async () => {
    const browser = site.browser();
    await browser.postForm("/register", { email: "mixed@example.org", password: testPassword });
    const confirm = tokenOf((await site.mails()).find(({ to }) => to === "mixed@example.org")?.links[0]);
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email: "chosen@example.org" }));
    const choose = tokenOf(choosePasswordLink);
    const password = "a louder kettle in the sun";
    expect((await browser.postForm("/reset-password", { token: confirm, password })).status).toBe(410);
    expect((await browser.postForm("/confirm-email", { token: choose, password })).status).toBe(410);
    expect((await browser.get(`/reset-password?token=${confirm}`)).status).toBe(410);
    expect((await browser.get(`/confirm-email?token=${choose}`)).status).toBe(410);
    // Neither is used up, and each works once.
    expect((await browser.postForm("/reset-password", { token: choose, password })).status).toBe(303);
    const other = site.browser();
    expect((await other.postForm("/reset-password", { token: choose, password })).status).toBe(410);
    expect((await browser.postForm("/confirm-email", { token: confirm })).status).toBe(303);
    expect((await other.postForm("/confirm-email", { token: confirm })).status).toBe(410);
  });

  const faults: [what: string, event: string, act: (browser: Browser) => Promise<Answer>][] = [
    [
      "signing in",
      "session_created",
      (browser) => browser.postForm("/login", { login: stepper, password: testPassword }),
    ],
    ["signing out", "session_ended", (browser) => browser.postForm("/logout")],
    [
      "proving the password",
      "authn_reauthentication_success",
      (browser) => browser.postForm("/reauthenticate", { password: testPassword }),
    ],
    [
      "changing the password",
      "session_renewed",
      (browser) =>
        browser.postForm("/account/password", {
          current_password: testPassword,
          password: "a louder kettle",
        }),
    ],
    [
      "registering",
      "user_registration_requested",
      (browser) => browser.postForm("/register", { email: "half@example.org", password: testPassword }),
    ],
  ];

  it.each(faults)("[IN-09] a failure of %s half-way leaves no trace", async (_, event, act) => {
    const { database } = site.auth;
    const browser = await signedInStepper();
    // The notice of this sign-in is sent in the background.
    await site.auth.deliverMail();
    const before = await accountsSnapshot(database);
    await database.run(
      `CREATE TRIGGER fault BEFORE INSERT ON audit WHEN NEW.event = '${event}' BEGIN SELECT RAISE(ABORT, 'fault'); END`,
    );
    const failed = await act(browser);
    await database.run("DROP TRIGGER fault");
    expect(failed.status).toBe(500);
    expect(failed.headers.getSetCookie().filter((cookie) => cookie.startsWith("__Host-session="))).toEqual(
      [],
    );
    expect(await accountsSnapshot(database)).toBe(before);
    expect(await browser.sessionStatus()).toBe(200);
    expect((await act(browser)).status).toBeLessThan(400);
    const change = { current_password: "a louder kettle", password: testPassword };
    if (event === "session_renewed")
      expect((await browser.postForm("/account/password", change)).status).toBe(303);
  });
});

describe("output (case A-XS-01)", () => {
  const polyglots = [
    '"><script>alert(1)</script>',
    "'\"--></title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</script><script>",
    "<!--<script>",
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;script&gt;alert(1)",
    "\\u003cscript\\u003e",
    "`$" + "{alert(1)}`",
    '" onfocus=alert(1) autofocus x="',
    "<img src='//evil.example/?",
    "</textarea><svg onload=alert(1)>",
  ];

  /** The page has no element, attribute or comment that the payload made. */
  function isInert(page: string): boolean {
    const dangerous =
      /<svg\/?\s*onload|<script>(?:alert|<)|<script>$|onfocus=alert\(1\) autofocus x="|<img src='\/\/evil|<!--<script|=["']?javascript:|<\/title><svg/i;
    const unescaped = page.replace(/value="[^"]*"/g, "").replace(/>[^<]*</g, "><");
    return !dangerous.test(unescaped) && !/<script(?![^>]*nonce=)/.test(page);
  }

  it.each(polyglots)("[IN-06] %s stays text wherever it is shown", async (payload) => {
    const browser = await person();
    const anonymous = site.browser();
    const encoded = encodeURIComponent(payload);
    const posts: [Browser, string, Record<string, string>][] = [
      [anonymous, "/register", { email: payload, password: "short", username: payload, next: payload }],
      [anonymous, "/login", { login: payload, password: "wrong password", next: payload, remember: payload }],
      [anonymous, "/login", { email: payload, username: payload, password: "" }],
      [anonymous, "/confirm-email", { token: payload, username: payload, password: payload }],
      [anonymous, "/confirm-email/resend", { email: payload }],
      [anonymous, "/reset-password", { token: payload, password: "x" }],
      [browser, "/reauthenticate", { password: payload, next: payload }],
      [browser, "/account/password", { current_password: payload, password: payload, [payload]: payload }],
    ];
    const pages = [];
    for (const [who, path, form] of posts) pages.push((await who.postForm(path, form)).text);
    for (const path of [
      `/login?next=${encoded}&login=${encoded}&error=${encoded}&message=${encoded}`,
      `/register?next=/x${encoded}&email=${encoded}&username=${encoded}`,
      `/login?next=/${encoded}`,
      `/confirm-email?token=${encoded}`,
      `/reset-password?token=${encoded}&message=${encoded}`,
      `/${encoded}`,
      `/nowhere?${encoded}=${encoded}`,
    ]) {
      pages.push((await anonymous.get(path)).text);
    }
    const administrator = await site.as("boss2@example.org", { roles: ["admin"] });
    const search = `/admin/users?query=${encoded}&role=${encoded}&status=${encoded}&cursor=${encoded}&${encoded}=1`;
    pages.push(await (await site.app.request(origin + search, { headers: administrator.headers })).text());
    for (const page of pages)
      expect([page.slice(0, 3000), isInert(page)]).toEqual([page.slice(0, 3000), true]);
    expect(pages.filter((page) => page.includes("<!doctype html>")).length).toBeGreaterThan(10);
  });

  it("[IN-06] accounts with the sharpest accepted names show as text, on pages, in mail and to administrators", async () => {
    const sharp = "o'brien+&`{{7*7}}`/x=y@example.org";
    const browser = site.browser();
    const pending = await browser.postForm(
      "/register",
      { email: sharp, password: testPassword },
      { "user-agent": polyglots[0] ?? "" },
    );
    expect(pending.status).toBe(200);
    const page = pending.text;
    expect(page).toContain("o&#39;brien+&amp;`{{7*7}}`/x=y@example.org");
    const mail = (await site.mails()).find(({ to }) => to.startsWith("o'brien"));
    expect(mail?.to).toBe(sharp);
    expect(mail?.html).not.toContain("<script>");
    await browser.postForm(
      "/confirm-email",
      { token: tokenOf(mail?.links[0]) },
      { "user-agent": polyglots[1] ?? "" },
    );
    for (const path of ["/account", "/account/password", "/reauthenticate"]) {
      const text = (await browser.get(path)).text;
      expect(text).not.toMatch(/o'brien/);
      expect(text).toContain("o&#39;brien");
    }
    const administrator = await site.as("boss2@example.org", { roles: ["admin"] });
    const list = await (
      await site.app.request(`${origin}/admin/users`, { headers: administrator.headers })
    ).text();
    expect(list).toContain("o&#39;brien+&amp;`{{7*7}}`/x=y@example.org");
    const user = (await unwrap(site.auth.users.find({ who: sharp }))).user;
    const [row] = (await unwrap(site.auth.users.sessions({ userId: user?.id ?? "" }))).sessions;
    expect(row?.userAgent).toBe(polyglots[1]);
  });

  it("[IN-06] a forged flash is refused, whatever query or cookie brings it (case A-XS-02)", async () => {
    const forged = Buffer.from('["",{},[["error","You are locked"]]]').toString("base64url");
    const browser = site.browser({ cookie: `__Host-data=${forged}` });
    const { text } = await browser.get(
      "/login?error=You+are+locked&message=You+are+locked&flash=You+are+locked",
    );
    expect(text).not.toContain("You are locked");
  });
});

describe("slow input (case A-DO-08)", () => {
  const bombs = [
    `a@${"a.".repeat(30_000)}`,
    "a@".repeat(500),
    `${"a".repeat(64)}@${"a-".repeat(470)}`,
    `"${"\\".repeat(900)}"@x.example`,
    `${"(".repeat(900)}a@b.example`,
    `a@${"[".repeat(900)}`,
    "\u0301".repeat(500),
    "\u200d".repeat(300),
    "İ".repeat(500),
  ];

  it.each(bombs)("[IN-10] slow input is answered in bounded time: %.40s", async (bomb) => {
    const browser = site.browser();
    const token = await browser.csrfToken();
    const started = performance.now();
    for (const path of ["/register", "/login", "/confirm-email/resend"]) {
      const form = { email: bomb, login: bomb, username: bomb, password: testPassword, csrf_token: token };
      const answer = await browser.send("POST", path, { form });
      expect(answer.status).toBeLessThan(500);
    }
    // Quadratic work over these lengths would take seconds. The bound is wide, so that a busy machine passes.
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("[IN-10] long headers are read correctly", async () => {
    const long = "Mozilla/5.0 (".repeat(5000);
    const started = performance.now();
    for (const headers of [
      { "user-agent": long },
      { accept: "text/html;q=0.1,".repeat(4000) },
      { "accept-language": "en-US,".repeat(10_000) },
      { "x-forwarded-for": "1.1.1.1, ".repeat(8000) },
      { "content-type": `application/json${" ;".repeat(20_000)}` },
      { referer: `https://app.example.org/${"../".repeat(20_000)}` },
      { cookie: "a=b;".repeat(20_000) },
      { cookie: `${" ".repeat(60_000)}x` },
      { authorization: `Bearer${" ".repeat(60_000)}` },
    ]) {
      expect(
        (await site.browser().postForm("/login", { login: email, password: "wrong" }, headers)).status,
      ).toBeLessThan(500);
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("records of input that no form sends", () => {
  const events = async (where: Site) => (await unwrap(where.auth.audit.list({ limit: 1000 }))).records;

  it.each([
    ["another type", "/login", '{"login":["a"],"password":"b"}', jsonType],
    ["a control character", "/login", '{"login":"a\\u0000b","password":"c"}', jsonType],
    ["a body that isn't what it says", "/login", '{"login":', jsonType],
    ["a field twice", "/login", "login=a&login=b&password=c", formType],
  ])("[LG-01] %s leaves a row", async (_, path, body, headers) => {
    const recorded = createSite();
    try {
      const browser = recorded.browser({ address: "198.51.100.7" });
      const token = await browser.csrfToken();
      const answer = await browser.send("POST", path, {
        body,
        headers: { ...headers, "x-csrf-token": token },
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await events(recorded)).toMatchObject([
        {
          event: "input_validation_fail",
          actor: null,
          address: "198.51.100.7",
          detail: { route: `POST ${path}` },
        },
      ]);
    } finally {
      await recorded.close();
    }
  });

  it("[LG-01] ordinary mistakes of visitors leave no record", async () => {
    const recorded = createSite();
    try {
      const browser = recorded.browser();
      await browser.postForm("/register", { email: "no address", password: "short", username: "!" });
      await browser.postForm("/register", { email: "", password: "" });
      await browser.postForm("/forgot-password", { email: "x".repeat(2000) });
      expect((await events(recorded)).map(({ event }) => event)).toEqual([]);
      expect(recorded.log.filter(({ level }) => level !== "debug")).toEqual([]);
    } finally {
      await recorded.close();
    }
  });

  it("[LG-01] [SU-03] unknown form fields are logged, but their names aren't", async () => {
    const recorded = createSite({ user: { fields: { nickname: v.optional(v.string()) } } });
    try {
      const browser = recorded.browser({ address: "198.51.100.7" });
      const own = { email: "new@example.org", password: testPassword, nickname: "Nic", next: "/" };
      await browser.postForm("/register", own);
      const dropped = () => recorded.log.filter(({ message }) => message === "input_validation_fail");
      expect(dropped()).toEqual([]);
      await browser.postJson("/register", { ...own, roles: ["admin"], is_admin: true });
      expect(dropped()).toMatchObject([
        { level: "warn", fields: { route: "POST /register", dropped: 2, address: "198.51.100.7" } },
      ]);
      expect(JSON.stringify(recorded.log)).not.toMatch(/is_admin|roles/);
    } finally {
      await recorded.close();
    }
  });

  it("[LG-01] every field of every page's form is one that its route takes", async () => {
    const recorded = createSite({ login: { mail: true } });
    try {
      const address = "forms@example.org";
      const member = await recorded.signedIn(address);
      const visitor = recorded.browser();
      const ask = recorded.browser();
      await ask.postForm("/forgot-password", { email: address });
      const reset = await recorded.tokenTo(address);
      await ask.postForm("/register", { email: "next@example.org", password: testPassword });
      const confirm = await recorded.tokenTo("next@example.org");
      await ask.postForm("/login/mail", { email: address });
      const link = await recorded.tokenTo(address);
      await member.postForm("/account/email", { email: "other@example.org" });
      const change = await recorded.tokenTo("other@example.org");
      const places: [Browser, string][] = [
        ...["/login", "/register", "/forgot-password", "/login/mail", `/reset-password?token=${reset}`].map(
          (page): [Browser, string] => [visitor, page],
        ),
        [visitor, `/confirm-email?token=${confirm}`],
        [ask, `/login/mail/confirm?token=${link}`],
        [member, `/confirm-email-change?token=${change}`],
        ...["/account", "/account/password", "/account/email", "/account/sessions", "/account/delete"].map(
          (page): [Browser, string] => [member, page],
        ),
        [member, "/reauthenticate"],
      ];
      const seen = new Set<string>();
      for (const [browser, page] of places) {
        const { text } = await browser.open(page);
        for (const [, attributes = "", inside = ""] of text.matchAll(/<form ([^>]*)>(.*?)<\/form>/gs)) {
          const action = /action="([^"?]*)/.exec(attributes)?.[1] ?? page.split("?")[0];
          const route = coreOf(recorded.auth).features.routes.find(({ method, path }) => {
            const pattern = new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`);
            return method === "POST" && pattern.test(action as string);
          });
          expect([page, action, route === undefined]).toEqual([page, action, false]);
          const entries = Object.keys((route?.input as { entries?: object } | undefined)?.entries ?? {}).map(
            fieldName,
          );
          for (const [, name = ""] of inside.matchAll(/ name="([^"]+)"/g)) {
            seen.add(`${route?.path} ${name}`);
            const taken =
              ["csrf_token", ...entries].includes(name) ||
              route?.input === undefined ||
              (route.takesEvidence === true && name === "password");
            expect([page, action, name, taken]).toEqual([page, action, name, true]);
          }
        }
      }
      expect([...seen]).toEqual(
        expect.arrayContaining([
          "/login remember",
          "/register username",
          "/reset-password password",
          "/confirm-email token",
          "/login/mail/confirm token",
          "/confirm-email-change token",
          "/account/password current_password",
          "/account/email email",
          "/account/delete confirm",
          "/reauthenticate password",
        ]),
      );
    } finally {
      await recorded.close();
    }
  });

  it("[LG-01] a sign-in link opened by another browser leaves a sequence_fail", async () => {
    const recorded = createSite({ login: { mail: true } });
    try {
      await unwrap(recorded.auth.users.create({ email, password: testPassword }));
      await recorded.browser().postForm("/login/mail", { email });
      const token = await recorded.tokenTo(email);
      const other = recorded.browser({ address: "198.51.100.7" });
      expect((await other.postJson("/login/mail/confirm", { token })).code).toBe("other_browser");
      expect((await events(recorded)).filter(({ event }) => event === "sequence_fail")).toMatchObject([
        { address: "198.51.100.7", detail: { route: "POST /login/mail/confirm", reason: "other_browser" } },
      ]);
    } finally {
      await recorded.close();
    }
  });
});
