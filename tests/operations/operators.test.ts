import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { commands } from "../../src/cli/commands.ts";
import { features } from "../../src/features.ts";
import { createSite, type Site } from "../support/site.ts";
import { runOver } from "./support/run-over.ts";
import { countInOneShard, wholeDatabase } from "./support/whole-database.ts";

countInOneShard();

/* Operators' acts, as a function and as a command. Both must leave the same rows. */

const email = "anna@example.org";

interface OperatorScenario {
  prepare?(site: Site): Promise<unknown>;
  /** The input of the function. `userId` is Anna's. */
  input(userId: string, site: Site): Promise<object> | object;
  /** The command line, or null for a function without one. */
  words: string[] | ((site: Site) => Promise<string[]>) | null;
  stdin?: string;
}

const ofAnna = (userId: string) => ({ userId });

/** A mail that was given up, by a refusing transport. */
async function failedMail(site: Site): Promise<string> {
  const { auth } = site;
  await unwrap(auth.account.forgotPassword({ email }, auth.context({ address: "192.0.2.1" })));
  await site.mails();
  await auth.database.run(
    "UPDATE outbox SET sent_at = NULL, failed_at = $1, last_error = 'refused' WHERE kind NOT LIKE 'errand:%'",
    site.clock.now(),
  );
  return (await unwrap(auth.outbox.list({ state: "failed" }))).mails[0]?.id ?? "";
}

const scenarios: Record<string, OperatorScenario> = {
  "users.create": {
    input: () => ({ email: "ben@example.org", username: "ben", roles: ["analyst"], password: testPassword }),
    words: [
      "users",
      "create",
      "ben@example.org",
      "--username",
      "ben",
      "--role",
      "analyst",
      "--password-stdin",
    ],
    stdin: `${testPassword}\n`,
  },
  "users.find": { input: () => ({ who: email }), words: ["users", "show", email] },
  "users.list": { input: () => ({ role: "user" }), words: ["users", "list", "--role", "user"] },
  "users.setRoles": {
    input: (userId) => ({ userId, roles: ["analyst"] }),
    words: ["users", "set-role", email, "analyst"],
  },
  "users.disable": { input: ofAnna, words: ["users", "disable", email] },
  "users.enable": {
    prepare: async ({ auth }) => {
      const { user } = await unwrap(auth.users.find({ who: email }));
      await unwrap(auth.users.disable({ userId: user?.id ?? "" }));
    },
    input: ofAnna,
    words: ["users", "enable", email],
  },
  "users.unlock": {
    prepare: ({ auth }) =>
      auth.account.login({ login: email, password: "wrong wrong" }, auth.context({ address: "192.0.2.1" })),
    input: ofAnna,
    words: ["users", "unlock", email],
  },
  "users.requirePasswordChange": { input: ofAnna, words: ["users", "require-password-change", email] },
  "users.passwordLink": { input: ofAnna, words: ["users", "password-link", email] },
  "users.endSessions": { input: ofAnna, words: ["sessions", "end", email] },
  "users.sessions": { input: ofAnna, words: ["sessions", "list", email] },
  "audit.list": { input: () => ({ limit: 5 }), words: ["audit", "list", "--limit", "5"] },
  "audit.verify": { input: () => ({}), words: ["audit", "verify"] },
  "outbox.list": {
    prepare: failedMail,
    input: () => ({ state: "failed" }),
    words: ["outbox", "list", "--state", "failed"],
  },
  "outbox.retry": {
    prepare: failedMail,
    input: async (_, { auth }) => ({
      id: (await unwrap(auth.outbox.list({ state: "failed" }))).mails[0]?.id,
    }),
    words: async ({ auth }) => [
      "outbox",
      "retry",
      (await unwrap(auth.outbox.list({ state: "failed" }))).mails[0]?.id ?? "",
    ],
  },
  "outbox.retryAll": { prepare: failedMail, input: () => ({}), words: ["outbox", "retry", "--all"] },
};

const names = features.flatMap(({ operators = {} }) =>
  Object.entries(operators).flatMap(([group, functions]) =>
    Object.keys(functions).map((name) => `${group}.${name}`),
  ),
);

let sites: Site[] = [];
afterEach(async () => {
  for (const site of sites) await site.close();
  sites = [];
});

async function prepared({ prepare }: OperatorScenario): Promise<{ site: Site; userId: string }> {
  const site = createSite();
  sites.push(site);
  await site.signedIn(email);
  await prepare?.(site);
  const { user } = await unwrap(site.auth.users.find({ who: email }));
  site.clock.advance("1s");
  return { site, userId: user?.id ?? "" };
}

type OperatorFunction = (input: object, context?: object) => Promise<{ ok: boolean }>;

function functionOf(site: Site, name: string): OperatorFunction {
  const [group = "", short = ""] = name.split(".");
  const groups = site.auth as unknown as Record<string, Record<string, OperatorFunction>>;
  return groups[group]?.[short] as OperatorFunction;
}

test("every operators' function has a scenario, and every command of accounts, audit and outbox has a function", () => {
  expect(Object.keys(scenarios).sort()).toEqual([...names].sort());
  const walked = Object.values(scenarios).map(({ words }) =>
    Array.isArray(words) ? words.slice(0, 2).join(" ") : null,
  );
  const own = commands.map(({ name }) => name).filter((name) => /^(users|sessions|audit|outbox) /.test(name));
  expect(own.filter((name) => !walked.includes(name))).toEqual([]);
});

describe("an operators' function and its command leave the same rows", () => {
  test.each(Object.entries(scenarios))("%s", async (name, scenario) => {
    const byFunction = await prepared(scenario);
    const byCommand = await prepared(scenario);
    const input = await scenario.input(byFunction.userId, byFunction.site);
    expect(await functionOf(byFunction.site, name)(input)).toMatchObject({ ok: true });
    const { words, stdin = "" } = scenario;
    if (words === null) return;
    const line = Array.isArray(words) ? words : await words(byCommand.site);
    const { auth } = byCommand.site;
    expect(await runOver(auth, line, stdin)).toEqual({ code: 0, error: "" });
    expect(await wholeDatabase(auth.database)).toEqual(await wholeDatabase(byFunction.site.auth.database));
    expect(await kinds(byCommand.site)).toEqual(await kinds(byFunction.site));
  });
});

const kinds = async (site: Site) => (await site.mails()).map(({ kind, to }) => `${kind} ${to}`).sort();

test("an operators' function refuses an unknown account without a write", async () => {
  const { site } = await prepared({ input: ofAnna, words: null });
  const before = await wholeDatabase(site.auth.database);
  for (const name of names.filter((each) => each.startsWith("users.") && scenarios[each]?.input === ofAnna)) {
    if (name === "users.sessions") continue;
    expect([name, await functionOf(site, name)({ userId: "nobody" })]).toEqual([
      name,
      { ok: false, code: "not_found" },
    ]);
  }
  expect(await wholeDatabase(site.auth.database)).toEqual(before);
});

test("an operators' function names its actor in every row of the audit", async () => {
  const changing = ["users.setRoles", "users.disable", "users.endSessions", "users.requirePasswordChange"];
  for (const name of changing) {
    const { site, userId } = await prepared(scenarios[name] as OperatorScenario);
    const since = site.clock.now();
    const input = (await scenarios[name]?.input(userId, site)) ?? {};
    await functionOf(site, name)(input, { actor: "an-administrator" });
    const { records } = await unwrap(site.auth.audit.list({ subject: userId }));
    const actors = records.filter(({ time }) => time >= since).map(({ actor }) => actor);
    expect([name, [...new Set(actors)]]).toEqual([name, ["an-administrator"]]);
  }
});

test("no request reaches an operators' function", () => {
  const site = createSite();
  sites.push(site);
  const { operators } = coreOf(site.auth).features;
  const all = new Set(Object.values(operators).flatMap((functions) => Object.values(functions)));
  for (const { operation } of coreOf(site.auth).features.routes)
    expect(operation !== undefined && all.has(operation)).toBe(false);
});
