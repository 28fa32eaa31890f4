import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import type { Browser } from "../support/browser.ts";
import { createSite, origin, type Site } from "../support/site.ts";

/**
 * The documented verdicts for anonymous visitors, users and administrators, as page and as JSON. GET with no query,
 * POST with a good CSRF token and no fields. A route of the library without a verdict fails the test.
 */
// Row AZ-01.
const verdicts: Record<string, { json: [number, number, number]; page: [number, number, number] }> = {
  "GET /register": { json: [200, 200, 200], page: [200, 303, 303] },
  "POST /register": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /confirm-email": { json: [200, 200, 200], page: [200, 200, 200] },
  "POST /confirm-email": { json: [422, 422, 422], page: [410, 410, 410] },
  "POST /confirm-email/resend": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /login": { json: [200, 200, 200], page: [200, 303, 303] },
  "POST /login": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /logout": { json: [200, 200, 200], page: [303, 200, 200] },
  "GET /login/mail": { json: [200, 200, 200], page: [200, 303, 303] },
  "POST /login/mail": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /login/mail/confirm": { json: [200, 200, 200], page: [200, 200, 200] },
  "POST /login/mail/confirm": { json: [422, 422, 422], page: [422, 422, 422] },
  "POST /logout": { json: [204, 204, 204], page: [303, 303, 303] },
  "GET /session": { json: [401, 200, 200], page: [401, 200, 200] },
  "GET /csrf": { json: [200, 200, 200], page: [200, 200, 200] },
  "GET /reauthenticate": { json: [401, 200, 200], page: [303, 200, 200] },
  "POST /reauthenticate": { json: [401, 422, 422], page: [303, 422, 422] },
  // Accounts with a password need the password.
  "POST /reauthenticate/code": { json: [401, 422, 422], page: [303, 422, 422] },
  "GET /forgot-password": { json: [200, 200, 200], page: [200, 200, 200] },
  "POST /forgot-password": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /login/choose-password": { json: [401, 200, 200], page: [303, 303, 303] },
  "POST /login/choose-password": { json: [422, 422, 422], page: [303, 303, 303] },
  "GET /reset-password": { json: [410, 410, 410], page: [410, 410, 410] },
  "POST /reset-password": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /account": { json: [401, 200, 200], page: [303, 200, 200] },
  "GET /account/password": { json: [401, 200, 200], page: [303, 200, 200] },
  "POST /account/password": { json: [401, 422, 422], page: [303, 422, 422] },
  "GET /account/email": { json: [401, 200, 200], page: [303, 200, 200] },
  "POST /account/email": { json: [401, 422, 422], page: [303, 422, 422] },
  "GET /account/sessions": { json: [401, 200, 200], page: [303, 200, 200] },
  "POST /account/sessions/:id/end": { json: [401, 404, 404], page: [303, 404, 404] },
  "POST /account/sessions/end-others": { json: [401, 200, 200], page: [303, 303, 303] },
  "GET /account/activity": { json: [401, 200, 200], page: [303, 200, 200] },
  "GET /account/export": { json: [401, 200, 200], page: [303, 200, 200] },
  "POST /account/export": { json: [401, 200, 200], page: [303, 200, 200] },
  "GET /account/delete": { json: [401, 200, 200], page: [303, 200, 200] },
  "POST /account/delete": { json: [401, 422, 422], page: [303, 422, 422] },
  "GET /confirm-email-change": { json: [410, 410, 410], page: [410, 410, 410] },
  "POST /confirm-email-change": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /undo": { json: [410, 410, 410], page: [410, 410, 410] },
  "POST /undo": { json: [422, 422, 422], page: [422, 422, 422] },
  "GET /.well-known/change-password": { json: [200, 200, 200], page: [302, 302, 302] },
  "GET /openapi.json": { json: [200, 200, 200], page: [200, 200, 200] },
  "GET /admin/users": { json: [401, 403, 200], page: [303, 403, 200] },
  // The application's own routes, behind the guards.
  "GET /dashboard": { json: [401, 200, 200], page: [303, 200, 200] },
  "GET /members.json": { json: [401, 200, 200], page: [303, 200, 200] },
  "POST /notes": { json: [401, 201, 201], page: [303, 201, 201] },
  "GET /admin": { json: [401, 403, 200], page: [303, 403, 200] },
  "POST /admin": { json: [401, 403, 200], page: [303, 403, 200] },
  "GET /reports": { json: [401, 403, 200], page: [303, 403, 200] },
  "GET /vault": { json: [401, 200, 200], page: [303, 200, 200] },
};

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
const people = ["anonymous", "user", "admin"] as const;

let site: Site;
let admin: Browser;
let user: Browser;

/** `name`: a separate account of that kind, for actions that end other sessions of the account. */
async function browserOf(who: (typeof people)[number], name: string = who): Promise<Browser> {
  if (who === "anonymous") return site.browser();
  const { cookie } = await site.as(`${name}@people.example`, who === "admin" ? { roles: ["admin"] } : {});
  return site.browser({ cookie });
}

beforeAll(async () => {
  site = createSite({ login: { mail: true } });
  admin = await browserOf("admin");
  user = await browserOf("user");
});

afterAll(() => site.close());

const places = (): { key: string; method: string; path: string; own: boolean }[] => {
  const declared = site.auth.routes.map(({ method, path }) => ({ method, path, own: true }));
  const known = new Set(declared.map(({ method, path }) => `${method} ${path}`));
  const application = Object.keys(verdicts)
    .filter((key) => !known.has(key))
    .map((key) => ({ method: key.split(" ")[0] as string, path: key.split(" ")[1] as string, own: false }));
  return [...declared, ...application].map((place) => ({ key: `${place.method} ${place.path}`, ...place }));
};

describe("the matrix (case A-AZ-01)", () => {
  it("[AZ-01] every route of the library has a documented verdict", () => {
    const ruled = new Set(Object.keys(verdicts));
    const routes = site.auth.routes.map(({ method, path }) => `${method} ${path}`);
    expect(routes.filter((key) => !ruled.has(key))).toEqual([]);
    for (const { access } of site.auth.routes) expect(["everyone", "signed-in", "role"]).toContain(access.to);
  });

  it.each(people.map((who, index) => [who, index] as const))(
    "[AZ-01] %s gets the verdict of the table",
    async (who, index) => {
      for (const { key, method, path } of places()) {
        const verdict = verdicts[key];
        for (const [kind, accept] of [
          ["json", "application/json"],
          ["page", "text/html"],
        ] as const) {
          const browser = await browserOf(who, `${who}-of-the-matrix`);
          const target = path.replace(/:\w+/g, "x");
          const asked = method === "GET" ? ["GET", "HEAD"] : [method];
          for (const spelling of asked) {
            const headers = {
              accept,
              ...(method === "POST" ? { "x-csrf-token": await browser.csrfToken() } : {}),
            };
            const answer = await browser.send(spelling, target, { headers });
            expect([spelling, key, kind, who, answer.status]).toEqual([
              spelling,
              key,
              kind,
              who,
              verdict?.[kind][index],
            ]);
            if (method === "POST") {
              const without = await (await browserOf(who, `${who}-of-the-matrix`)).send("POST", target, {
                headers: { accept },
              });
              const refused = verdict?.[kind][index];
              expect([key, kind, who, without.status]).toEqual([
                key,
                kind,
                who,
                site.auth.routes.some((route) => route.path === path) || who !== "anonymous" ? 403 : refused,
              ]);
            }
          }
        }
      }
    },
  );

  it.each(people)("[AZ-01, HD-10] %s gets 405 with Allow for every undeclared method", async (who) => {
    const browser = await browserOf(who);
    const token = await browser.csrfToken();
    const paths = [...new Set(site.auth.routes.map(({ path }) => path))];
    for (const path of paths) {
      const declared = new Set<string>(
        site.auth.routes.filter((route) => route.path === path).map(({ method }) => method),
      );
      if (declared.has("GET")) declared.add("HEAD");
      for (const method of methods.filter((name) => !declared.has(name))) {
        const answer = await browser.send(method, path.replace(/:\w+/g, "x"), {
          headers: { "x-csrf-token": token },
        });
        expect([method, path, answer.status]).toEqual([method, path, 405]);
        expect(answer.headers.get("allow")?.split(", ").sort()).toEqual([...declared].sort());
      }
    }
  });

  it("[AZ-01, SL-07] a disabled, signed-out, expired or invented session is treated as anonymous", async () => {
    const { cookie } = await site.as("disabled@people.example", { roles: ["admin"] });
    const disabled = site.browser({ cookie });
    const { id } = (await unwrap(site.auth.users.find({ who: "disabled@people.example" }))).user as {
      id: string;
    };
    await unwrap(site.auth.users.disable({ userId: id }));
    const out = await browserOf("user");
    const kept = out.jar.header;
    await out.postForm("/logout");
    for (const browser of [
      disabled,
      site.browser({ cookie: kept }),
      site.browser({ cookie: `__Host-session=${"A".repeat(43)}` }),
    ]) {
      for (const { key, path, method } of places().filter((place) => place.method === "GET")) {
        const answer = await browser.send(method, path.replace(/:\w+/g, "x"), {
          headers: { accept: "application/json" },
        });
        expect([key, answer.status]).toEqual([key, verdicts[key]?.json[0]]);
      }
    }
  });
});

describe("spellings (case A-AZ-03)", () => {
  const spellings = [
    ...[
      "/ADMIN",
      "/Admin",
      "/admin/",
      "//admin",
      "/./admin",
      "/x/../admin",
      "/admin%2f",
      "/%61dmin",
      "/%2561dmin",
    ],
    ...[
      "/admin;x=1",
      "/admin.json",
      "/admin%00",
      "/admin%20",
      "/admin\\",
      "/admin?",
      "/admin/..;/admin",
      "/admin#x",
    ],
    ...[
      "/admin//",
      "/admin/.",
      "/%2e/admin",
      "/x/%2e%2e/admin",
      "\\admin",
      "/admin%0a",
      "/admin%09",
      "/\u0430dmin",
      "/admin%ef%bc%8f",
    ],
  ];

  it.each(spellings)("[AZ-05] %s doesn't bypass the guard", async (spelling) => {
    for (const base of [spelling, spelling.replace(/admin/i, (word) => `${word}/users`)]) {
      for (const method of ["GET", "HEAD", "POST"]) {
        for (const browser of [site.browser(), user]) {
          for (const accept of ["text/html", "application/json"]) {
            const headers = { accept, "x-csrf-token": await browser.csrfToken() };
            const answer = await browser.send(method, base, { headers });
            expect([method, base, answer.status >= 300 && answer.status < 500]).toEqual([method, base, true]);
            if (answer.status === 303) expect(answer.headers.get("location")).toMatch(/^\/login\?next=/);
            expect(answer.text).not.toMatch(/administrators only|admin@people\.example|^done$/);
          }
        }
        const raw = await site.raw(method, base, { cookie: user.jar.header });
        expect(raw === null || raw.status >= 400).toBe(true);
      }
    }
  });

  it.each([
    { "x-original-url": "/admin" },
    { "x-rewrite-url": "/admin/users" },
    { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
    { "x-middleware-subrequest": "src/middleware:src/middleware:src/middleware" },
    { "x-http-method-override": "GET" },
    { "x-forwarded-prefix": "/admin", "x-forwarded-path": "/admin" },
  ])("[AZ-05, IN-08] %j doesn't bypass the guard", async (headers) => {
    for (const path of ["/admin", "/admin/users"]) {
      expect([path, (await user.get(path, headers)).status]).toEqual([path, 403]);
      expect([path, (await site.browser().get(path, headers)).status]).toEqual([path, 303]);
    }
    const elsewhere = await site.browser().get("/", headers);
    expect(elsewhere.text).toBe("nobody");
  });
});

describe("verdicts", () => {
  it("[AZ-10] a refusal leads browsers to sign-in with the way back, and names the reason to programs", async () => {
    const page = await site.browser().get("/vault?tab=1&x=%2F%2Fevil.example");
    expect(page.status).toBe(303);
    expect(page.headers.get("location")).toBe(
      `/login?next=${encodeURIComponent("/vault?tab=1&x=%2F%2Fevil.example")}`,
    );
    for (const path of ["/vault", "/account", "/session"]) {
      const json = await site.browser().get(path, { accept: "application/json" });
      expect([json.status, json.headers.get("www-authenticate")]).toEqual([401, 'Session realm="account"']);
      expect(json.headers.get("www-authenticate")).not.toMatch(/basic/i);
      expect(await json.json()).toMatchObject({ code: "login_required", status: 401 });
    }
  });

  it("[AZ-10] a signed-in visitor never bounces between the forbidden page and sign-in (case A-AZ-08)", async () => {
    for (const start of [
      "/admin",
      "/admin/users",
      "/login?next=/admin",
      "/login?next=/login",
      "/login?next=%2Flogin%3Fnext%3D%2Flogin",
      "/login?next=/logout",
      "/login?next=/reauthenticate",
      "/register?next=/register",
    ]) {
      let path = start;
      let status = 0;
      for (let hop = 0; hop < 5; hop++) {
        const answer = await user.get(path);
        status = answer.status;
        const next = answer.headers.get("location");
        if (next === null) break;
        path = next;
      }
      expect([start, [200, 403].includes(status)]).toEqual([start, true]);
    }
    const forbidden = await user.get("/admin", { accept: "application/json" });
    expect(await forbidden.json()).toMatchObject({ code: "forbidden", status: 403 });
  });

  it("[LG-01] every refusal is recorded with its account", async () => {
    const before = site.log.filter(({ message }) => message === "authz_fail").length;
    await user.get("/admin");
    await user.get("/admin/users");
    const refusals = site.log.filter(({ message }) => message === "authz_fail").slice(before);
    const { id } = (await unwrap(site.auth.users.find({ who: "user@people.example" }))).user as {
      id: string;
    };
    expect(refusals.map(({ fields }) => [fields.actor, fields.route])).toEqual([
      [id, "GET /admin"],
      [id, "GET /admin/users"],
    ]);
  });
});

describe("fields (row AZ-03)", () => {
  const userFields = ["email", "email_verified", "id", "roles", "username"];

  it("[AZ-03] answers show only the listed fields", async () => {
    const session = (await user.get("/session")).json() as Record<string, object>;
    expect(Object.keys(session).sort()).toEqual(["session", "user"]);
    expect(Object.keys(session.user as object).sort()).toEqual(userFields);
    const sessionFields = ["authenticated_at", "created_at", "expires_at", "id", "methods", "remembered"];
    expect(Object.keys(session.session as object).sort()).toEqual(sessionFields);
    const account = (await user.get("/account", { accept: "application/json" })).json() as {
      user: object;
    };
    expect(Object.keys(account)).toEqual(["user"]);
    expect(Object.keys(account.user).sort()).toEqual(userFields);
    const list = (await admin.get("/admin/users", { accept: "application/json" })).json() as {
      users: object[];
    };
    expect(Object.keys(list).sort()).toEqual(["next_cursor", "users"]);
    for (const entry of list.users)
      expect(Object.keys(entry).sort()).toEqual([...userFields, "created_at", "status"].sort());
  });

  it("[AZ-03, AZ-07] no field shows the content of a secret column, not even to administrators", async () => {
    const { database } = site.auth;
    await site.auth.audit.verify();
    const canaries = (
      await Promise.all([
        database.all<{ value: string }>("SELECT hash AS value FROM passwords"),
        database.all<{ value: string }>("SELECT lower(hex(digest)) AS value FROM sessions"),
        database.all<{ value: string }>("SELECT lower(hex(digest)) AS value FROM devices"),
        database.all<{ value: string }>("SELECT lower(hex(hash)) AS value FROM audit_seals"),
      ])
    ).flat();
    expect(canaries.length).toBeGreaterThan(5);
    const gets = site.auth.routes
      .filter(({ method }) => method === "GET")
      .map(({ path }) => path.replace(/:\w+/g, "x"));
    for (const browser of [user, admin]) {
      for (const path of [...gets, "/admin/users?query=argon2", "/admin/users?cursor=zzzz"]) {
        for (const accept of ["text/html", "application/json"]) {
          const answer = await browser.get(path, { accept });
          const text = answer.text + JSON.stringify([...answer.headers]);
          expect([path, text.includes("$argon2")]).toEqual([path, false]);
          const bases = (value: string) => [value, Buffer.from(value, "hex").toString("base64url") || value];
          const leaked = canaries
            .flatMap(({ value }) => bases(value))
            .filter((value) => value.length > 20 && text.includes(value));
          expect([path, leaked]).toEqual([path, []]);
        }
      }
    }
  });

  it("[AZ-03, IN-05] the user search survives odd queries by administrators", async () => {
    const odd = [
      ...[
        "limit=abc",
        "limit=1.5",
        "limit=1e400",
        "limit=-5",
        "limit=NaN",
        "limit=Infinity",
        "limit=",
        "limit[]=1",
        "limit=1000000",
      ],
      ...[
        "query=%00",
        `query=${"_".repeat(60_000)}`,
        `query=${"%25".repeat(20_000)}`,
        "query=%5C",
        "query=%25' OR 1=1--",
        "query=a&query=b",
      ],
      ...[
        "cursor=%00",
        "cursor=' OR ''='",
        "role=' OR '1'='1",
        "status=nothing",
        "role=%F0%9F%98%80",
        "__proto__=1",
        "constructor=1",
      ],
    ];
    for (const query of odd) {
      for (const accept of ["text/html", "application/json"]) {
        expect([query.slice(0, 40), (await admin.get(`/admin/users?${query}`, { accept })).status]).toEqual([
          query.slice(0, 40),
          200,
        ]);
      }
    }
    const many = (await admin.get("/admin/users?limit=1", { accept: "application/json" })).json() as {
      users: object[];
    };
    expect(many.users).toHaveLength(1);
    for (const query of ["role=' OR '1'='1", "status=' OR '1'='1", "query=%25"]) {
      const none = (await (
        await admin.get(`/admin/users?${query}`, { accept: "application/json" })
      ).json()) as { users: object[] };
      expect([query, none.users]).toEqual([query, []]);
    }
  });
});

describe("rights", () => {
  it("[AZ-04] a role gained or lost takes effect at the next request (case A-AZ-04)", async () => {
    const { id } = (
      await unwrap(site.auth.users.create({ email: "changing@people.example", password: testPassword }))
    ).user;
    const before = await site.signedIn("changing@people.example");
    expect((await before.get("/admin")).status).toBe(403);
    await unwrap(site.auth.users.setRoles({ userId: id, roles: ["admin"] }));
    // Gaining rights needs a new sign-in, so that no earlier value carries them.
    expect((await before.get("/admin")).status).toBe(303);
    const after = await site.signedIn("changing@people.example");
    expect((await after.get("/admin")).status).toBe(200);
    expect((await after.get("/admin/users")).status).toBe(200);
    await unwrap(site.auth.users.setRoles({ userId: id, roles: [] }));
    expect([(await after.get("/admin")).status, (await after.get("/admin/users")).status]).toEqual([
      403, 403,
    ]);
    expect(await after.sessionStatus()).toBe(200);
    await unwrap(site.auth.users.setRoles({ userId: id, roles: ["analyst"] }));
    const analyst = await site.signedIn("changing@people.example");
    expect([(await analyst.get("/reports")).status, (await analyst.get("/admin")).status]).toEqual([
      200, 403,
    ]);
    await unwrap(site.auth.users.disable({ userId: id }));
    expect((await analyst.get("/reports")).status).toBe(303);
  });

  it("[AZ-06, LG-06] ending sessions, disabling and requiring a new password take effect at once, with one record of the operator", async () => {
    const { id } = (
      await unwrap(site.auth.users.create({ email: "managed@people.example", password: testPassword }))
    ).user;
    const by = { actor: "the-administrator" };
    const acts: [string, string, () => Promise<unknown>][] = [
      [
        "end",
        "session_ended",
        () => unwrap(site.auth.users.endSessions({ userId: id }, by)).then(({ sessions }) => sessions),
      ],
      [
        "roles",
        "privilege_permissions_changed",
        () => unwrap(site.auth.users.setRoles({ userId: id, roles: ["analyst"] }, by)),
      ],
      [
        "demand",
        "authn_password_change",
        () => unwrap(site.auth.users.requirePasswordChange({ userId: id }, by)),
      ],
      ["disable", "user_disabled", () => unwrap(site.auth.users.disable({ userId: id }, by))],
    ];
    for (const [what, event, act] of acts) {
      const { cookie } = await site.as("managed@people.example");
      const browser = site.browser({ cookie });
      expect([what, await browser.sessionStatus()]).toEqual([what, 200]);
      await act();
      expect([what, await browser.sessionStatus()]).toEqual([what, 401]);
      const rows = await site.auth.database.all(
        "SELECT * FROM audit WHERE event = $1 AND subject = $2 AND actor = $3",
        event,
        id,
        by.actor,
      );
      expect([what, rows.length]).toEqual([what, 1]);
    }
  });

  it("[AZ-07] administrators can't read or set a password, token or key", async () => {
    const fields = coreOf(site.auth)
      .features.routes.filter(({ access, path }) => access.to === "role" || path.startsWith("/admin"))
      .flatMap(({ input }) => Object.keys((input as { entries?: object } | undefined)?.entries ?? {}));
    expect(fields.filter((field) => /password|token|hash|secret|key/.test(field))).toEqual([]);
    const methodsOfUsers = Object.keys(site.auth.users);
    expect(methodsOfUsers.filter((name) => /^(?:set|get|read)Password|token|hash/i.test(name))).toEqual([]);
    const managed = (await unwrap(site.auth.users.find({ who: "user@people.example" }))).user;
    expect(Object.keys(managed ?? {}).filter((field) => /password|hash|token|digest/.test(field))).toEqual(
      [],
    );
  });

  it("[AZ-09] an account can't raise its own rights (case A-AZ-05)", async () => {
    const person = await site.signedIn("climber@people.example");
    const { id } = (await unwrap(site.auth.users.find({ who: "climber@people.example" }))).user as {
      id: string;
    };
    for (const path of [
      `/admin/users/${id}/roles`,
      "/admin/users",
      "/account",
      "/account/roles",
      "/session",
      "/admin",
    ]) {
      for (const method of ["POST", "PATCH", "PUT"]) {
        const headers = { "x-csrf-token": await person.csrfToken() };
        for (const json of [
          { roles: ["admin"] },
          { role: "admin", id },
          { ["__proto__"]: { roles: ["admin"] } },
        ]) {
          const answer = await person.send(method, path, { json, headers });
          expect([method, path, answer.status >= 400 && answer.status < 500]).toEqual([method, path, true]);
        }
      }
    }
    expect((await unwrap(site.auth.users.find({ who: "climber@people.example" }))).user?.roles).toEqual([
      "user",
    ]);
  });

  it("[AZ-09] a site never loses its last administrator, even by two parallel removals", async () => {
    const small = createSite();
    try {
      const one = (await unwrap(small.auth.users.create({ email: "one@example.org", roles: ["admin"] }))).user
        .id;
      for (const act of [
        unwrap(small.auth.users.setRoles({ userId: one, roles: [] })),
        unwrap(small.auth.users.disable({ userId: one })),
      ]) {
        await expect(act).rejects.toMatchObject({ code: "last_administrator", status: 409 });
      }
      const two = (await unwrap(small.auth.users.create({ email: "two@example.org", roles: ["admin"] }))).user
        .id;
      const settled = await Promise.allSettled([
        unwrap(small.auth.users.setRoles({ userId: one, roles: [] }, { actor: two })),
        unwrap(small.auth.users.setRoles({ userId: two, roles: [] }, { actor: one })),
        unwrap(small.auth.users.disable({ userId: one }, { actor: two })),
        unwrap(small.auth.users.disable({ userId: two }, { actor: one })),
      ]);
      expect(settled.some(({ status }) => status === "rejected")).toBe(true);
      const { users } = await unwrap(small.auth.users.list({ role: "admin", status: "active" }));
      expect(users).toHaveLength(1);
    } finally {
      await small.close();
    }
  });

  it("[AZ-02] an account can't reach data of another one: every foreign id looks unknown", async () => {
    const owner = await site.signedIn("owner@people.example");
    const other = await site.signedIn("other@people.example");
    const read = async (browser: Browser) =>
      (await browser.get("/session")).json() as { user: { id: string }; session: { id: string } };
    const theirs = await read(owner);
    for (const id of [theirs.user.id, theirs.session.id]) {
      for (const query of [`?id=${id}`, `?user_id=${id}`, `?session=${id}`, `?sub=${id}`]) {
        expect((await read(other).then(({ user: { id: shown } }) => shown)) === theirs.user.id).toBe(false);
        const answer = (await other.get(`/session${query}`)).json() as { user: { email: string } };
        expect(answer.user.email).toBe("other@people.example");
      }
      const body = {
        id,
        userId: id,
        user_id: id,
        session: id,
        current_password: testPassword,
        password: testPassword,
        email: "owner@people.example",
      };
      for (const path of ["/reauthenticate", "/logout"]) {
        const again = await site.signedIn("other@people.example");
        await again.postJson(path, body, { "x-user-id": id });
        expect(await owner.sessionStatus()).toBe(200);
        expect(["other@people.example", null]).toContain(await again.who());
      }
      expect(await site.sessionStatus(`__Host-session=${id}`)).toBe(401);
      expect(
        (await site.app.request(`${origin}/session`, { headers: { authorization: `Bearer ${id}` } })).status,
      ).toBe(401);
    }
  });
});
