import { afterAll, expect, test } from "vitest";
import { createTestAuth } from "./adapters/testing.ts";
import type { AuthContext, RequestContext } from "./core/operations/index.ts";

const t = createTestAuth();
afterAll(() => t.close());

test("a function refuses a context that is neither a request's auth nor a script's, with a TypeError", async () => {
  const login = { login: "anna@example.org", password: "wrong" };
  for (const context of [{}, undefined, { address: "192.0.2.7" }]) {
    const call = t.auth.account.login(login, context as unknown as AuthContext);
    await expect(call, JSON.stringify(context)).rejects.toThrow(TypeError);
  }
});

test("a script's context signs in, and gets login_required from functions that need an account", async () => {
  const script = t.auth.context({ address: "192.0.2.7" });
  const refused = await t.auth.account.login({ login: "anna@example.org", password: "wrong" }, script);
  expect(refused).toMatchObject({ ok: false, code: "invalid_credentials" });
  // It doesn't compile. A program without types is refused.
  const own = t.auth.account.listSessions({}, script as unknown as RequestContext);
  expect(await own).toEqual({ ok: false, code: "login_required" });
});

test("the settings and routes of the auth object show only what applications need", () => {
  expect(Object.keys(t.auth.settings).sort()).toEqual(
    [
      ...["basePath", "bodyLimitBytes", "cookies", "https", "origin", "pages", "registration", "roles"],
      "siteName",
    ].sort(),
  );
  for (const route of t.auth.routes)
    expect(Object.keys(route).sort()).toEqual(["access", "method", "path", "summary"]);
});
