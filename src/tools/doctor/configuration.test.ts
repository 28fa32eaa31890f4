import { expect, test } from "vitest";
import { configurationChecks } from "./configuration.ts";
import { examine, type Level } from "./finding.ts";
import { readSetup } from "./setup.ts";

const goodKey = "bT9zQ1vYw7Lk3XcR8mN2pS5uD0fGhJ4aEiOqWtZrUyI";
const good = {
  NODE_ENV: "production",
  ORIGIN: "https://app.example.org",
  SECRET_KEYS: goodKey,
  SMTP_URL: "smtps://mail.example.org",
  TRUSTED_PROXIES: "1",
  BREACHED_PASSWORDS: "on",
};

const findings = (variables: Record<string, string>) =>
  examine("configuration", configurationChecks, readSetup(variables));

async function levelsOf(check: string, variables: Record<string, string>): Promise<Level[]> {
  return (await findings(variables)).filter((each) => each.check === check).map(({ level }) => level);
}

test("every finding about a good production configuration is ok", async () => {
  const all = await findings(good);
  expect(all.length).toBe(configurationChecks.length);
  for (const { level, fix } of all) expect({ level, fix }).toEqual({ level: "ok", fix: null });
});

test("[KY-01] each bad key is named by its number and never shown", async () => {
  const repeated = "z".repeat(60);
  const short = "Sh0rt+But!Varied";
  const keys = [goodKey, "changeme", short, repeated, goodKey];
  const all = (await findings({ ...good, SECRET_KEYS: keys.join(",") })).filter(
    ({ check }) => check === "secret-keys",
  );
  expect(all.map(({ level, finding }) => `${level} ${finding}`)).toEqual([
    "serious Secret key 2 of 5 can't be used: it is from a tutorial, so attackers know it.",
    "serious Secret key 3 of 5 can't be used: it is shorter than 32 random bytes.",
    "serious Secret key 4 of 5 can't be used: it repeats a few characters, so it isn't random.",
    "warning Secret key 5 of 5 can't be used: it is the same as an earlier one.",
  ]);
  for (const key of keys) expect(JSON.stringify(all)).not.toContain(key);
});

test("every bad variable is found at once", async () => {
  const all = await findings({
    NODE_ENV: "production",
    REGISTRATION: "everybody",
    DATABASE_URL: "oracle:app",
    PORT: "many",
    SMTP_URL: "canary-of-the-mail-password",
  });
  const bad = all.filter(({ check }) => check === "variables");
  expect(bad.map(({ level, finding }) => `${level} ${finding.split(" ")[0]}`).sort()).toEqual([
    "serious DATABASE_URL",
    "serious ORIGIN",
    "serious PORT",
    "serious REGISTRATION",
    "serious SMTP_URL",
  ]);
  for (const { fix } of bad) expect(fix).toMatch(/^[A-Z"].+\.$/);
  expect(JSON.stringify(all)).not.toContain("canary");
  // No finding reports the substitute of a refused value.
  expect(all.map(({ check }) => check)).not.toContain("registration");
  expect(all.find(({ check }) => check === "secret-keys")?.level).toBe("serious");
});

test.each<[string, string, Record<string, string>, Level]>([
  ["development on https", "node-env", { NODE_ENV: "development" }, "serious"],
  [
    "development that other people can reach",
    "node-env",
    { NODE_ENV: "", ORIGIN: "", HOST: "0.0.0.0" },
    "serious",
  ],
  ["development on this machine", "node-env", { NODE_ENV: "", ORIGIN: "" }, "note"],
  [
    "registration that shows which addresses have an account",
    "registration",
    { REGISTRATION: "open" },
    "warning",
  ],
  ["no proxy on https", "trusted-proxies", { TRUSTED_PROXIES: "0" }, "warning"],
  ["a proxy on localhost", "trusted-proxies", { NODE_ENV: "", ORIGIN: "" }, "warning"],
  ["a log without refusals", "log-level", { LOG_LEVEL: "silent" }, "warning"],
  ["no look-up of breaches", "breached-passwords", { BREACHED_PASSWORDS: "off" }, "note"],
  ["a weak key of development", "secret-keys", { NODE_ENV: "", ORIGIN: "", SECRET_KEYS: "dev" }, "warning"],
])("%s", async (_what, check, variables, level) => {
  expect(await levelsOf(check, { ...good, ...variables })).toEqual([level]);
});

test.each<[string, string[], Record<string, string>]>([
  ["no ORIGIN in production", ["origin", "trusted-proxies"], { ORIGIN: "", TRUSTED_PROXIES: "0" }],
  [
    "a bad ORIGIN in development",
    ["origin", "trusted-proxies", "node-env"],
    { NODE_ENV: "", ORIGIN: "nowhere" },
  ],
  ["a bad NODE_ENV", ["node-env", "log-level", "secret-keys"], { NODE_ENV: "prod", SECRET_KEYS: "" }],
  [
    "a bad NODE_ENV and no ORIGIN",
    ["node-env", "origin", "trusted-proxies"],
    { NODE_ENV: "prod", ORIGIN: "" },
  ],
  ["a bad PORT and no ORIGIN", ["origin", "trusted-proxies"], { NODE_ENV: "", PORT: "many", ORIGIN: "" }],
  ["bad proxies", ["trusted-proxies"], { TRUSTED_PROXIES: "some" }],
])("%s: no finding judges the substitute", async (_what, silent, variables) => {
  const all = await findings({ ...good, ...variables });
  expect(all.some(({ check, level }) => check === "variables" && level === "serious")).toBe(true);
  expect(all.map(({ check }) => check).filter((check) => silent.includes(check))).toEqual([]);
  expect(JSON.stringify(all)).not.toMatch(/not-set\.invalid|sqlite::memory|smtp:\/\/localhost/);
});

test("development that other people can reach is serious even with a bad ORIGIN", async () => {
  const variables = { NODE_ENV: "", ORIGIN: "nowhere", HOST: "0.0.0.0" };
  expect(await levelsOf("node-env", variables)).toEqual(["serious"]);
});

test("an empty list of keys is serious in development, too, because the application doesn't start", async () => {
  expect(await levelsOf("secret-keys", { SECRET_KEYS: " , " })).toEqual(["serious"]);
});

test("a check that throws becomes a finding that doesn't repeat its facts", async () => {
  const breaking = {
    name: "breaking",
    look: () => {
      throw Object.assign(new Error("canary"), { code: "EWRONG" });
    },
  };
  const all = await examine("group", [breaking, ...configurationChecks], readSetup(good));
  expect(all[0]).toMatchObject({ level: "warning", check: "breaking" });
  expect(all[0]?.finding).toContain("EWRONG");
  expect(JSON.stringify(all)).not.toContain("canary");
  expect(all.length).toBe(configurationChecks.length + 1);
});
