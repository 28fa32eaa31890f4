import type { Auth } from "latchkey";
import * as onNext from "latchkey/next";
import { createTestAuth, type SignedInBrowser, type TestAuth, testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/* Simulates Next's server components and actions; adapters.test.ts has the route handlers. */

let t: TestAuth;
let anna: SignedInBrowser;

beforeEach(async () => {
  t = createTestAuth() as TestAuth;
  anna = await t.as("anna@example.org");
});

afterEach(() => t.close());

const asked = vi.hoisted(() => ({ headers: new Headers(), set: [] as unknown[][] }));

vi.mock("next/headers.js", () => ({
  headers: async () => asked.headers,
  cookies: async () => ({ set: (...given: unknown[]) => void asked.set.push(given) }),
}));
vi.mock("next/navigation.js", () => ({
  redirect: (to: string) => {
    throw Object.assign(new Error(to), { digest: "NEXT_REDIRECT" });
  },
  notFound: () => {
    throw Object.assign(new Error("not found"), { digest: "NEXT_HTTP_ERROR_FALLBACK;404" });
  },
}));

const as = (headers: Record<string, string>) => {
  asked.headers = new Headers(headers);
};

test("a component gets the user, or redirects to the login", async () => {
  as(anna.headers);
  expect((await onNext.requireLogin(t.auth)).email).toBe("anna@example.org");
  expect(await onNext.currentAuth(t.auth)).toBe(await onNext.currentAuth(t.auth));
  await expect(onNext.requireLogin(t.auth, { role: "admin" })).rejects.toThrow("not found");
  await expect(onNext.requireLogin(t.auth, { permission: "x" })).rejects.toThrow("not found");
  t.clock.advance("11m");
  const stale = onNext.requireLogin(t.auth, { freshWithin: "10m", returnTo: "/vault" });
  await expect(stale).rejects.toThrow("/reauthenticate?next=%2Fvault");
  as({});
  await expect(onNext.requireLogin(t.auth)).rejects.toThrow("/login?next=%2Fdashboard");
  expect((await onNext.currentAuth(t.auth)).user).toBeNull();
});

test("an action signs in and saves the cookies unchanged", async () => {
  as({});
  asked.set = [];
  const here = await onNext.currentAuth(t.auth as Auth);
  const result = await t.auth.account.login(
    { login: "anna@example.org", password: testPassword, remember: true },
    here,
  );
  expect(result.ok).toBe(true);
  await onNext.saveCookies(here);
  const attributes = { path: "/", httpOnly: true, secure: false, sameSite: "lax" };
  expect(asked.set).toEqual([
    ["session", expect.any(String), { ...attributes, maxAge: 90 * 86_400 }],
    ["device", expect.any(String), { ...attributes, maxAge: 400 * 86_400 }],
  ]);
});

test("Next gets a handler's redirect, and the library answers other errors", async () => {
  const signal = Object.assign(new Error("to"), { digest: "NEXT_REDIRECT;replace;/x;307;" });
  const request = () => new Request("http://localhost:3000/x", { headers: anna.headers });
  const throwing = (error: Error) =>
    onNext.withLogin(t.auth, () => {
      throw error;
    });
  await expect(throwing(signal)(request(), {})).rejects.toBe(signal);
  const answer = await throwing(new Error("a secret detail"))(request(), {});
  expect([answer.status, (await answer.text()).includes("secret")]).toEqual([500, false]);
});
