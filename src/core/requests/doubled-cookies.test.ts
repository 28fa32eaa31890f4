import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSite, inventedToken, type Site } from "../../../tests/support/site.ts";

let local: Site;
let secure: Site;
const email = "anna@example.org";

beforeAll(() => {
  local = createSite({ origin: "http://localhost:3000" });
  secure = createSite();
});
afterAll(() => Promise.all([local.close(), secure.close()]));

const foreign: [string, () => string][] = [
  ["another project's signed cookie", () => "eyJfZnJlc2giOmZhbHNlfQ.Zx.abc"],
  ["a value in our shape", () => inventedToken()],
  ["an empty value", () => ""],
  ["a value outside the cookie alphabet", () => '"quoted"'],
];

describe.each(foreign)("on http://localhost, beside %s of the same name,", (_, value) => {
  test.each(["before", "behind"])(
    "the session that this site issued counts: the other one %s it",
    async (place) => {
      const { jar } = await local.signedIn(email);
      const own = `session=${jar.get("session")}`;
      const other = `session=${value()}`;
      const cookie = place === "before" ? `${other}; ${own}` : `${own}; ${other}`;
      expect(await local.sessionStatus(cookie)).toBe(200);
    },
  );

  test("a visitor can sign in", async () => {
    const visitor = local.browser();
    await visitor.get("/login");
    const cookie = `session=${value()}; ${visitor.jar.header}`;
    const token = (await local.browser({ cookie }).get("/csrf")).json<{ csrf_token: string }>().csrf_token;
    await local.signedIn(email);
    const headers = { cookie, "x-csrf-token": token };
    const json = { login: email, password: "not the password" };
    expect((await local.browser().send("POST", "/login", { json, headers })).code).toBe(
      "invalid_credentials",
    );
  });
});

test("on http://localhost the same value twice counts once, and device and data are chosen too", async () => {
  const browser = await local.signedIn(email);
  const session = `session=${browser.jar.get("session")}`;
  expect(await local.sessionStatus(`${session}; ${session}`)).toBe(200);
  const doubled = `data=foreign; device=foreign; ${browser.jar.header}`;
  const { takeFlashes, facts } = (await local.auth.for(
    new Request("http://localhost:3000/", { headers: { cookie: doubled } }),
  )) as unknown as { takeFlashes(): object[]; facts: { deviceToken: { reveal(): string } } };
  expect(typeof takeFlashes).toBe("function");
  expect(facts.deviceToken.reveal()).toBe(browser.jar.get("device"));
});

test("[CK-06] of two sessions of this site none counts", async () => {
  const [one, other] = [await local.signedIn(email), await local.signedIn("ben@example.org")];
  const cookie = `session=${one.jar.get("session")}; session=${other.jar.get("session")}`;
  expect(await local.sessionStatus(cookie)).toBe(401);
});

test("[CK-06] on https a name that occurs twice never counts", async () => {
  const own = `__Host-session=${(await secure.signedIn(email)).session()}`;
  expect(await secure.sessionStatus(own)).toBe(200);
  for (const cookie of [
    `__Host-session=x; ${own}`,
    `${own}; __Host-session=${inventedToken()}`,
    `${own}; ${own}`,
  ])
    expect(await secure.sessionStatus(cookie)).toBe(401);
});

describe("a form from another address of this machine", () => {
  test.each([
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
    "http://app.localhost:3000",
    "http://192.168.1.20:3000",
  ])("[CF-03] %s is refused with a sentence that says the address", async (origin) => {
    const browser = local.browser();
    for (const headers of [{ origin }, { origin, "sec-fetch-site": "same-origin" }]) {
      const page = await browser.postForm("/login", { login: email }, { ...headers });
      expect([page.status, page.text.includes("http://localhost:3000. Open it there")]).toEqual([403, true]);
      const json = await browser.postJson("/login", { login: email }, headers);
      expect(json.json().detail).toContain("http://localhost:3000");
    }
  });

  test("[CF-02] another site, and another project of this machine, get the plain refusal", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const headers = { origin: "http://localhost:5000", "sec-fetch-site": site };
      const page = await local.browser().postForm("/login", { login: email }, headers);
      expect([page.status, page.text.includes("http://localhost:3000.")]).toEqual([403, false]);
    }
    const headers = { origin: "http://127.0.0.1:3000", "sec-fetch-site": "none" };
    expect((await secure.browser().postForm("/login", {}, headers)).text).not.toContain("app.example.org.");
  });
});
