import { unwrap } from "latchkey";
import { optionsFromEnvironment, readEnvironment } from "latchkey/environment";
import { createTestAuth, type TestAuth, testPassword } from "latchkey/testing";
import { afterEach, expect, test } from "vitest";
import { coreOf } from "../../assemble.ts";
import { features } from "../../features.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";
import { everyone } from "../operations/index.ts";
import { route, sendTo } from "../requests/index.ts";
import { createOneTimeToken, peekOneTimeToken } from "../secrets/index.ts";
import { type CredentialChange, credentialsChanged } from "../sessions/index.ts";
import { type Feature, feature, foldFeatures } from "./index.ts";

declare global {
  namespace Latchkey {
    interface LoginOptions {
      badge?: "on" | "off";
    }
    interface Settings {
      badges: boolean;
    }
    interface Lifetimes {
      badgeMs: number;
    }
    interface Secrets {
      "badges/short": true;
      "badges/plain": true;
      "badges/lasting": true;
    }
    interface LoginEffects {
      badge?: string;
    }
  }
}

const purposes = ["badges/short", "badges/plain", "badges/lasting"] as const;

// Not typed by merging: the library's own tables of reasons would then need these too.
const endReasons: object = {
  "badges/lost": { devices: false, tokens: false },
  "badges/stolen": { devices: false, tokens: true },
};

const badges = feature("badges", {
  settings({ login }) {
    const { badge = "on" } = login ?? {};
    if (badge !== "on" && badge !== "off") throw new ConfigurationError("login.badge must be on or off.");
    return { badges: badge === "on" };
  },
  lifetimes: { badgeMs: 1000 },
  environment: [
    {
      name: "BADGES",
      values: ["on", "off"],
      default: "off",
      meaning: "whether there are badges",
      read: (value) => ({ login: { badge: value as "on" | "off" } }),
    },
  ],
  secrets: {
    "badges/short": { endsWithSessions: true },
    "badges/plain": {},
    "badges/lasting": { outlives: true },
  },
  endReasons,
  loginEffects: [
    {
      run: async (core, _tx, { user }) => ({ badge: `${user.email} ${core.settings.lifetimes.badgeMs}` }),
      json: ({ badge }) => ({ badge }),
    },
  ],
  claimsAddress: async (_core, _db, emailKey) => emailKey === "claimed@example.org",
});

let t: TestAuth | undefined;

afterEach(() => t?.close());

function open(options: Parameters<typeof createTestAuth>[0] = {}, plugins: readonly Feature[] = [badges]) {
  t = createTestAuth({ ...options, plugins });
  return t;
}

test("a feature resolves its own options, and a wrong one stops the start", () => {
  expect(coreOf(open().auth).settings).toMatchObject({ badges: true, lifetimes: { badgeMs: 1000 } });
  expect(() => open({ login: { badge: "blue" as "on" } })).toThrow(
    new ConfigurationError("login.badge must be on or off."),
  );
});

test("two features can't have the same setting or lifetime", () => {
  const settings = feature("other", { settings: () => ({ badges: true }) });
  expect(() => open({}, [badges, settings])).toThrow(
    'The features badges and other both declare the setting "badges": rename one of them.',
  );
  const lifetimes = feature("other", { lifetimes: { undoMs: 1 } });
  expect(() => open({}, [lifetimes])).toThrow(/undo and other both declare the lifetime "undoMs"/);
});

test("environment variables of features become options, beside those of the same group", () => {
  const { login, registration } = optionsFromEnvironment(
    readEnvironment({ BADGES: "on", LOGIN_BY_MAIL: "on", REGISTRATION: "open" }, [badges]),
  );
  expect([login, registration]).toEqual([{ mail: true, badge: "on" }, "open"]);
  expect(optionsFromEnvironment(readEnvironment({}, [badges])).login).toEqual({ mail: false, badge: "off" });
  expect(() => readEnvironment({ BADGES: "blue" }, [badges])).toThrow(/^BADGES is "blue", .* use on, off\.$/);
});

test.each([
  ["badges/lost", ["badges/plain", "badges/lasting"]],
  ["badges/stolen", ["badges/lasting"]],
  ["undeclared", ["badges/lasting"]],
] as const)("after %s the secrets that survive are %j", async (reason, expected) => {
  const { auth } = open();
  const core = coreOf(auth);
  const { user } = await unwrap(auth.users.create({ email: "anna@example.org", password: testPassword }));
  const made = await auth.database.transaction(async (tx) => {
    const tokens = new Map<(typeof purposes)[number], string>();
    for (const purpose of purposes) {
      const subject = { purpose, userId: user.id, emailKey: user.email, lifetimeMs: 1000 };
      tokens.set(purpose, await createOneTimeToken(core, tx, subject));
    }
    // A plugin in plain JavaScript may forget to declare its reason.
    await credentialsChanged(core, tx, { userId: user.id, reason: reason as CredentialChange, actor: null });
    return tokens;
  });
  const live: string[] = [];
  for (const [purpose, token] of made)
    if ((await peekOneTimeToken(core, core.db, purpose, token)) !== undefined) live.push(purpose);
  expect(live).toEqual(expected);
});

test("the outcome of a sign-in holds its further effects", async () => {
  const { auth } = open();
  const email = "anna@example.org";
  await unwrap(auth.users.create({ email, password: testPassword }));
  const input = { login: email, password: testPassword };
  expect(await auth.account.login(input, auth.context({ address: "192.0.2.1" }))).toMatchObject({
    ok: true,
    badge: "anna@example.org 1000",
  });
});

test("an address that a feature claims can't be registered", async () => {
  const { auth } = open({ registration: "open" });
  const register = (email: string) =>
    auth.account.register({ email, password: testPassword }, auth.context({ address: "192.0.2.1" }));
  expect(await register("claimed@example.org")).toMatchObject({ ok: false, code: "email_taken" });
  expect(await register("free@example.org")).toMatchObject({ ok: true });
});

test("a route that completes sign-ins may refuse with the code of every step", () => {
  const step = feature("step", {
    stages: [{ name: "badge", path: "/badge", code: "forbidden", needed: async () => false }],
  });
  const { routes } = foldFeatures([...features, step], coreOf(open().auth).settings);
  const refusals = routes.find(({ method, path }) => method === "POST" && path === "/login")?.refusals;
  expect(refusals).toEqual(expect.arrayContaining(["password_change_required", "forbidden"]));
});

test("the login page shows a link only if it is switched on", async () => {
  const link = (label: string, on: boolean) => ({ path: `/${label}`, label: () => label, enabled: () => on });
  const login = [link("seen", true), link("hidden", false)];
  const routes = login.map(({ path }) =>
    route({
      method: "GET",
      path,
      summary: "A page",
      access: everyone,
      handle: () => sendTo("/", { status: 200 }),
    }),
  );
  const { auth } = open({}, [feature("links", { links: { login }, routes })]);
  const page = await (await auth.handle(new Request("http://localhost:3000/login")))?.text();
  expect([page?.includes(">seen<"), page?.includes(">hidden<")]).toEqual([true, false]);
});

test("a switched-off feature still cleans up", async () => {
  const { auth } = open({}, [feature("off", { enabled: () => false, cleanup: [async () => 3] })]);
  expect(await auth.cleanUp()).toBe(3);
});
