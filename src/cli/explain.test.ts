import { expect, test } from "vitest";
import { createTestAuth } from "../adapters/testing.ts";
import { explanationText } from "./explain.ts";
import { explanationOf } from "./explanation.ts";
import { spanWords } from "./span-words.ts";

async function explained(options: Parameters<typeof createTestAuth>[0] = {}, database = "sqlite:app.db") {
  const t = createTestAuth(options);
  try {
    return { explanation: explanationOf(t.auth, database), routes: t.auth.routes };
  } finally {
    await t.close();
  }
}

test("explain shows every declared route with its guard, its CSRF check and its fields", async () => {
  const { explanation, routes } = await explained({ basePath: "/auth" });
  expect(explanation.routes.map(({ method, path }) => `${method} ${path}`)).toEqual(
    routes.map(({ method, path }) => `${method} /auth${path}`),
  );
  const login = explanation.routes.find(({ method, path }) => method === "POST" && path === "/auth/login");
  expect(login).toMatchObject({ guard: "everyone", csrf: "token" });
  expect(login?.fields).toEqual(["login?", "email?", "username?", "password", "remember?", "next?"]);
  expect(login?.refusals).toContain("csrf_failed");
  const admin = explanation.routes.find(({ path }) => path === "/auth/admin/users");
  expect(admin).toMatchObject({ guard: "role admin", csrf: "none" });
});

test("explain shows the effective configuration, not the defaults", async () => {
  const { explanation } = await explained({
    origin: "https://app.example.org",
    session: { standard: { idle: "90m", absolute: "12h" }, maximumPerUser: 3 },
    throttle: { perAccount: 7, window: "30m" },
    trustedProxies: 2,
    bodyLimitBytes: 2048,
  });
  expect(explanation.sessions).toMatchObject({
    standard: { idle: "90 minutes", absolute: "12 hours" },
    remembered: { idle: "30 days", absolute: "90 days" },
    maximum_per_user: 3,
  });
  expect(explanation.throttle).toMatchObject({ perAccount: 7, window: "30 minutes" });
  expect(explanation).toMatchObject({ body_limit_bytes: 2048, configuration: { trusted_proxies: 2 } });
  expect(explanation.cookies[0]).toMatchObject({
    name: "__Host-session",
    attributes: "Path=/; HttpOnly; Secure; SameSite=Lax",
  });
  expect(explanation.headers.pages["Strict-Transport-Security"]).toContain("max-age=31536000");
  expect(explanation.headers.pages["Content-Security-Policy"]).toContain("'nonce-NEW-EACH-TIME'");
});

test("on localhost the cookies have no prefix and no Secure, and HSTS is off", async () => {
  const { explanation } = await explained();
  expect(explanation.cookies.map(({ name }) => name)).toEqual(["session", "session", "device", "data"]);
  for (const { attributes } of explanation.cookies) expect(attributes).not.toContain("Secure");
  expect(explanation.headers.json).not.toHaveProperty("Strict-Transport-Security");
});

test("explain shows no key and no password of the database's address", async () => {
  const secret = "explain test key: 0123456789 abcdefghijklmnopqrstuvwxyz";
  const { explanation } = await explained({ secretKeys: [secret] }, "postgres://app:hunter2@db.example/app");
  const text = explanationText(explanation) + JSON.stringify(explanation);
  expect(text).toContain("postgres://db.example/app");
  expect(text).not.toContain("hunter2");
  expect(text).not.toContain(secret);
});

test("explain prints sections with aligned columns", async () => {
  const { explanation } = await explained();
  const text = explanationText(explanation);
  expect(text).toMatch(/^METHOD {2}PATH +WHO +CSRF +FIELDS +WHAT$/m);
  expect(text).toMatch(/^ {2}per account +5$/m);
  expect(text).toMatch(/^ {2}X-Content-Type-Options +nosniff$/m);
});

test("durations are printed in the largest unit that fits", () => {
  expect([86_400_000, 5_400_000, 60_000, 1500, 0].map(spanWords)).toEqual([
    "1 day",
    "90 minutes",
    "1 minute",
    "1500 ms",
    "0 ms",
  ]);
});
