import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { createTestAuth, type TestAuth, testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acmeTerms } from "./index.ts";

const origin = "http://localhost:3000";
const email = "anna@example.org";

let t: TestAuth;
let heard: string[];

/** The site with a version of the terms. Two sites over one database are one before and after a deployment. */
function site(version: string, database = "sqlite::memory:"): TestAuth {
  return createTestAuth({
    database,
    locales: ["en", "de"],
    plugins: [acmeTerms({ version })],
    on: { termsAccepted: ({ detail }) => void heard.push(detail.version) },
  });
}

beforeEach(async () => {
  heard = [];
  t = site("2");
  await unwrap(t.auth.users.create({ email, password: testPassword }));
});
afterEach(() => t.close());

/** A browser: it keeps its cookies, and sends forms with their token. */
function browser(headers: Record<string, string> = {}) {
  const jar = new Map<string, string>();
  async function send(path: string, init: RequestInit = {}, accept = "text/html"): Promise<Response> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = { accept, cookie, ...headers, ...init.headers };
    const response = await t.auth.handle(new Request(origin + path, { ...init, headers: sent }));
    if (response === null) throw new Error(`${path} isn't a path of the library.`);
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
  async function token(): Promise<string> {
    return ((await (await send("/csrf")).json()) as { csrf_token: string }).csrf_token;
  }
  return {
    get: (path: string) => send(path),
    json: async (path: string) => (await send(path, {}, "application/json")).json(),
    async post(path: string, fields: Record<string, string>) {
      const body = new URLSearchParams({ csrf_token: await token(), ...fields });
      return send(path, { method: "POST", body, headers: { origin } });
    },
    async postJson(path: string, fields: object) {
      const more = { origin, "content-type": "application/json", "x-csrf-token": await token() };
      return send(path, { method: "POST", body: JSON.stringify(fields), headers: more }, "application/json");
    },
  };
}

const credentials = { login: email, password: testPassword };

/** A browser that signed in and accepted the terms on the way. */
async function accepted(headers: Record<string, string> = {}) {
  const anna = browser(headers);
  await anna.post("/login", credentials);
  await anna.post("/login/terms", { version: "2" });
  return anna;
}

test("the terms come between the password and the session", async () => {
  const anna = browser();
  const login = await anna.post("/login", credentials);
  expect([login.status, login.headers.get("location")]).toEqual([303, "/login/terms"]);
  expect((await anna.get("/session")).status).toBe(401);
  const page = await (await anna.get("/login/terms")).text();
  expect(page).toContain("Accept our terms");
  expect(page).toContain('<a href="/terms">Read our terms (version 2)</a>');
  expect(page).toContain('name="version" value="2"');
  const answer = await anna.post("/login/terms", { version: "2" });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/dashboard"]);
  expect((await anna.get("/session")).status).toBe(200);
  expect(heard).toEqual(["2"]);
});

test("the second sign-in needs no step", async () => {
  await accepted();
  const again = await browser().post("/login", credentials);
  expect(again.headers.get("location")).toBe("/dashboard");
});

test("a new version asks every account again, and earlier acceptances stay listed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "acme-terms-"));
  const database = `sqlite:${join(folder, "test.db")}`;
  try {
    await t.close();
    t = site("1", database);
    await unwrap(t.auth.users.create({ email, password: testPassword }));
    const before = browser();
    await before.post("/login", credentials);
    await before.post("/login/terms", { version: "1" });
    await t.close();

    t = site("2", database);
    t.clock.advance("1d");
    const after = await accepted();
    const { acceptances } = (await after.json("/account/terms")) as { acceptances: { version: string }[] };
    expect(acceptances.map(({ version }) => version)).toEqual(["2", "1"]);
    await t.close();
  } finally {
    t = site("2");
    rmSync(folder, { recursive: true });
  }
});

test("a sign-in with the step of the terms still leads to its destination", async () => {
  const anna = browser();
  await anna.post("/login", { ...credentials, next: "/vault" });
  expect((await anna.post("/login/terms", { version: "2" })).headers.get("location")).toBe("/vault");
});

test("programs get the step as a refusal, and answer it at the path that the refusal names", async () => {
  const program = browser();
  const refused = await program.postJson("/login", credentials);
  expect([refused.status, await refused.json()]).toEqual([
    401,
    expect.objectContaining({
      code: "acme-terms/acceptance_required",
      detail: "You need to accept our terms before you can log in.",
      continue: "/login/terms",
    }),
  ]);
  expect(await program.json("/login/terms")).toMatchObject({ version: "2", terms: "/terms" });
  const answer = await program.postJson("/login/terms", { version: "2" });
  expect([answer.status, await answer.json()]).toEqual([
    200,
    expect.objectContaining({ user: expect.anything() }),
  ]);
});

test("scripts accept by a function, with the token of the sign-in", async () => {
  const context = t.auth.context({ address: "127.0.0.1" });
  const refused = await t.auth.account.login(credentials, context);
  if (refused.ok) throw new Error("The sign-in had no step.");
  expect(refused.code).toBe("acme-terms/acceptance_required");
  const input = { version: "2", login: refused.next?.token.reveal() };
  expect(await t.auth.account.acceptTerms(input, context)).toMatchObject({ ok: true, user: { email } });
  expect(await t.auth.account.acceptTerms(input, context)).toMatchObject({
    ok: false,
    code: "login_required",
  });
  expect(await t.auth.account.acceptedTerms({}, context)).toMatchObject({
    ok: false,
    code: "login_required",
  });
});

test("an outdated version is refused, and the form can be sent again", async () => {
  const anna = browser();
  await anna.post("/login", credentials);
  const refused = await anna.post("/login/terms", { version: "1" });
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("Our terms have changed since you opened this page.");
  expect(heard).toEqual([]);
  expect((await anna.post("/login/terms", { version: "2" })).status).toBe(303);
});

test("the step without a pending sign-in is refused", async () => {
  const stranger = browser();
  expect((await stranger.get("/login/terms")).headers.get("location")).toMatch(/^\/login\?next=/);
  expect((await stranger.postJson("/login/terms", { version: "2" })).status).toBe(401);
  expect(heard).toEqual([]);
});

test("the page of the step never leads in circles", async () => {
  const anna = await accepted();
  const page = await anna.get("/login/terms");
  const login = await anna.get(page.headers.get("location") ?? "");
  expect([page.status, login.status, login.headers.get("location")]).toEqual([303, 303, "/dashboard"]);
});

test("the token of another browser's sign-in doesn't sign in", async () => {
  const refused = await t.auth.account.login(credentials, t.auth.context({ address: "127.0.0.1" }));
  const login = refused.ok ? "" : refused.next?.token.reveal();
  expect((await browser().postJson("/login/terms", { version: "2", login })).status).toBe(401);
});

test("the account centre and the activity show what was accepted", async () => {
  const anna = await accepted();
  expect(await (await anna.get("/account")).text()).toContain('<a href="/account/terms">Terms</a>');
  const page = await (await anna.get("/account/terms")).text();
  expect(page).toMatch(/2 <span class="badge badge-success">Current<\/span>/);
  expect(page).toContain('datetime="2026-01-01T00:00:00.000Z"');
  const acceptances = [{ version: "2", accepted_at: "2026-01-01T00:00:00.000Z" }];
  expect(await anna.json("/account/terms")).toEqual({ version: "2", acceptances });
  expect(await (await anna.get("/account/activity")).text()).toContain("New terms accepted.");
});

test("German readers get German pages", async () => {
  const anna = browser({ "accept-language": "de" });
  await anna.post("/login", credentials);
  expect(await (await anna.get("/login/terms")).text()).toContain("Bedingungen annehmen");
  await anna.post("/login/terms", { version: "2" });
  expect(await (await anna.get("/account/terms")).text()).toContain("Angenommene Fassungen");
});

test("administrators see which accounts accepted the current version", async () => {
  const root = { email: "root@example.org", password: testPassword, roles: ["admin"] };
  await unwrap(t.auth.users.create(root));
  const admin = browser();
  await admin.post("/login", { login: root.email, password: testPassword });
  await admin.post("/login/terms", { version: "2" });
  const page = await (await admin.get("/admin/users")).text();
  const rows = page.split('<tr role="row">').slice(1);
  expect(rows[0]).toContain(">Terms</th>");
  expect(rows.find((row) => row.includes(root.email))).toContain(">Accepted</span>");
  expect(rows.find((row) => row.includes(email))).toContain(">Not accepted</span>");
});

test("the export holds what was accepted, and erasure deletes it", async () => {
  const anna = await accepted();
  const exported = (await anna.json("/account/export")) as Record<string, unknown>;
  expect(exported["acme-terms"]).toEqual([{ version: "2", accepted_at: "2026-01-01T00:00:00.000Z" }]);
  expect((await anna.postJson("/account/delete", { confirm: email })).status).toBe(200);
  t.clock.advance("15d");
  await t.auth.cleanUp();
  expect((await unwrap(t.auth.users.find({ who: email }))).user).toBeNull();
  expect(await t.auth.database.all("SELECT * FROM acme_terms_acceptances")).toEqual([]);
});

test("the routes are among the library's, in OpenAPI too", async () => {
  const paths = t.auth.routes.map(({ method, path }) => `${method} ${path}`);
  expect(paths).toEqual(
    expect.arrayContaining(["GET /login/terms", "POST /login/terms", "GET /account/terms"]),
  );
  const document = (await browser().json("/openapi.json")) as { paths: Record<string, object> };
  expect(Object.keys(document.paths["/login/terms"] ?? {})).toEqual(["get", "post"]);
});
