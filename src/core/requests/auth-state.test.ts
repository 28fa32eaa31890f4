import * as v from "valibot";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";
import { readCookie } from "../../platform/http/index.ts";
import type { AuthState } from "./auth-state.ts";
import { SessionDataTooLarge } from "./data-cookie.ts";
import type { RequestAuth } from "./request-auth.ts";

let open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const t of open) await t.close();
  open = [];
});

function start(store: "cookie" | "server"): TestAuth {
  const t = createTestAuth({ session: { data: { store } } });
  open.push(t);
  return t;
}

/** The next request of a browser with the cookies of this one. */
async function next(
  t: TestAuth,
  before: RequestAuth,
  cookie: string,
): Promise<{ auth: RequestAuth; cookie: string }> {
  const jar = new Map(cookie.split("; ").map((pair) => pair.split("=") as [string, string]));
  for (const line of before.setCookies()) {
    const [name, value] = (line.split(";")[0] as string).split("=") as [string, string];
    if (/Max-Age=0/.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
  const header = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  return { auth: await request(t, header), cookie: header };
}

function request(t: TestAuth, cookie: string): Promise<RequestAuth> {
  return t.auth.for(new Request("http://localhost:3000/", { headers: { cookie } }));
}

describe.each(["cookie", "server"] as const)("the session dictionary kept in a %s", (store) => {
  test("the dictionary remembers values for the session, also under odd names, until logout", async () => {
    const t = start(store);
    const { cookie } = await t.as("anna@example.org");
    const first = await request(t, cookie);
    await first.data.set("cart", ["tea", "milk"]);
    await first.data.set("__proto__", "just a name");
    const second = await next(t, first, cookie);
    expect(second.auth.data.get("cart")).toEqual(["tea", "milk"]);
    expect(second.auth.data.get("__proto__")).toBe("just a name");
    expect(second.auth.data.get("constructor")).toBeUndefined();
    await second.auth.data.delete("cart");
    const third = await next(t, second.auth, second.cookie);
    expect(third.auth.data.get("cart")).toBeUndefined();
    await t.auth.account.logout({}, third.auth);
    const fourth = await next(t, third.auth, third.cookie);
    expect(fourth.auth.user).toBeNull();
    expect(fourth.auth.data.get("__proto__")).toBeUndefined();
  });

  test("[SL-01] values of one session are invisible to another session of the same browser", async () => {
    const t = start(store);
    const { cookie } = await t.as("anna@example.org");
    const first = await request(t, cookie);
    await first.data.set("secret", "of anna");
    first.flash("for anna");
    await t.as("otto@example.org");
    const outcome = await t.auth.account.login(
      { login: "otto@example.org", password: "a quiet teapot in the rain" },
      first,
    );
    expect(outcome.ok).toBe(true);
    const second = await next(t, first, cookie);
    expect(second.auth.user?.email).toBe("otto@example.org");
    expect(second.auth.data.get("secret")).toBeUndefined();
    expect(second.auth.takeFlashes()).toEqual([]);
  });

  test("[SL-02] values survive a new value of the session", async () => {
    const t = start(store);
    const { cookie } = await t.as("anna@example.org");
    const first = await request(t, cookie);
    await first.data.set("cart", 3);
    const before = readCookie(cookie, "session");
    expect((await t.auth.account.reauthenticate({ password: "a quiet teapot in the rain" }, first)).ok).toBe(
      true,
    );
    const second = await next(t, first, cookie);
    expect(readCookie(second.cookie, "session")).not.toBe(before);
    expect(second.auth.data.get("cart")).toBe(3);
  });
});

test("[CK-08] values beyond a cookie's size are refused with a clear error, and the stored values remain", async () => {
  const t = start("cookie");
  const auth = await request(t, "");
  await auth.data.set("cart", "small");
  const random = Array.from({ length: 4000 }, (_, index) =>
    String.fromCharCode(33 + ((index * 7919) % 90)),
  ).join("");
  const tooMuch = (async () => auth.data.set("cart", random))();
  await expect(tooMuch).rejects.toThrow(SessionDataTooLarge);
  await expect(tooMuch).rejects.toThrow(/4096.*store: "server"/);
  expect(auth.data.get("cart")).toBe("small");
  for (const cookie of auth.setCookies()) expect(cookie.split(";")[0]?.length).toBeLessThanOrEqual(4096);
});

test("a server-side dictionary holds more than a cookie", async () => {
  const t = start("server");
  const { cookie } = await t.as("anna@example.org");
  await (await request(t, cookie)).data.set("text", "x".repeat(20_000));
  expect((await request(t, cookie)).data.get("text")).toHaveLength(20_000);
});

test("[TH-12] a failing store rejects its caller, and without a caller doesn't end the process", async () => {
  const t = start("server");
  const { cookie } = await t.as("anna@example.org");
  const auth = await request(t, cookie);
  await t.auth.database.run("DROP TABLE session_data");
  const unawaited: unknown[] = [];
  const listen = (reason: unknown): void => void unawaited.push(reason);
  process.on("unhandledRejection", listen);
  try {
    void auth.data.set("cart", "tea");
    await expect(auth.data.set("cart", "tea")).rejects.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
    expect(unawaited).toEqual([]);
  } finally {
    process.off("unhandledRejection", listen);
  }
});

test("an anonymous visitor's values survive sign-in", async () => {
  const t = start("cookie");
  await t.as("anna@example.org");
  const first = await request(t, "");
  await first.data.set("cart", ["tea"]);
  await t.auth.account.login({ login: "anna@example.org", password: "a quiet teapot in the rain" }, first);
  const second = await next(t, first, "");
  expect(second.auth.user?.email).toBe("anna@example.org");
  expect(second.auth.data.get("cart")).toEqual(["tea"]);
});

test("a message is shown once", async () => {
  const t = start("cookie");
  const first = await request(t, "");
  first.flash("Saved.", "success");
  const second = await next(t, first, "");
  expect(second.auth.takeFlashes()).toEqual([{ message: "Saved.", category: "success" }]);
  const third = await next(t, second.auth, second.cookie);
  expect(third.auth.takeFlashes()).toEqual([]);
});

test("[KY-05] a data cookie with any byte changed counts as absent", async () => {
  const t = start("cookie");
  const first = await request(t, "");
  await first.data.set("cart", "tea");
  const { cookie } = await next(t, first, "");
  const sealed = Buffer.from(readCookie(cookie, "data") as string, "base64url");
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(sealed.readUInt8(index) ^ 1, index);
    const auth = await request(t, `data=${changed.toString("base64url")}`);
    expect(auth.data.get("cart")).toBeUndefined();
  }
});

test("[KY-02] the newest key seals, older keys still open, and a removed key doesn't", async () => {
  const keys = { old: `old ${"k".repeat(50)}`, fresh: `new ${"k".repeat(50)}` };
  const before = createTestAuth({ secretKeys: [keys.old] });
  const during = createTestAuth({ secretKeys: [keys.fresh, keys.old] });
  const after = createTestAuth({ secretKeys: [keys.fresh] });
  open.push(before, during, after);
  const first = await request(before, "");
  await first.data.set("cart", "tea");
  const token = first.csrfToken;
  const { cookie } = await next(before, first, "");
  const second = await request(during, cookie);
  expect(second.data.get("cart")).toBe("tea");
  expect((second as AuthState).csrfTokenMatches(token)).toBe(true);
  expect(second.csrfToken).not.toBe(token);
  const third = await request(after, cookie);
  expect(third.data.get("cart")).toBeUndefined();
  expect((third as AuthState).csrfTokenMatches(token)).toBe(false);
});

test("[SL-12] the session has the method and time of its proof", async () => {
  const t = start("cookie");
  const { cookie } = await t.as("anna@example.org", { authenticatedAgo: "15m" });
  const { session } = await request(t, cookie);
  expect(session?.methods).toEqual(["password"]);
  expect(session?.authenticatedAt).toBe(t.clock.now() - 15 * 60_000);
});

test("the application's user fields and dictionary fields are typed", () => {
  const t = createTestAuth({
    user: { fields: { displayName: v.string() } },
    session: { data: { fields: { cart: v.array(v.string()) } } },
  });
  open.push(t);
  const typed = async () => {
    const auth = await t.auth.for(new Request("http://localhost:3000/"));
    expectTypeOf(auth.requireLogin().displayName).toEqualTypeOf<string>();
    expectTypeOf(auth.data.get("cart")).toEqualTypeOf<string[] | undefined>();
    // @ts-expect-error the dictionary has no such name
    auth.data.get("card");
    // @ts-expect-error a user has no such field
    auth.user?.nickname;
  };
  expect(typed).toBeTypeOf("function");
});
