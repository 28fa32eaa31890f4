import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrations } from "../core/schema/index.ts";
import { migrate, openSqlite } from "../platform/database/index.ts";
import { reportText } from "./doctor-report.ts";
import { runCommandLine } from "./main.ts";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-doctor-"));
  const db = openSqlite(join(folder, "app.db"));
  await migrate(db, "latchkey", migrations, { now: Date.now });
  await db.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(words: string[], variables: Record<string, string> = {}) {
  let out = "";
  let error = "";
  const code = await runCommandLine(["doctor", ...words], {
    variables: { DATABASE_URL: `sqlite:${join(folder, "app.db")}`, ...variables },
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    readInput: async () => "",
    openAuth: async () => {
      throw new Error("the doctor opens nothing that could be migrated");
    },
  });
  return { code, out, error };
}

test("a healthy development setup prints grouped findings and a summary, with exit code 0", async () => {
  const { code, out, error } = await run([]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  const headings = out.split("\n").filter((line) => /^[A-Z]\w+$/.test(line));
  expect(headings).toEqual(["Configuration", "Machine", "Database", "Mail"]);
  expect(out).toMatch(/\n0 serious, \d+ warnings?, \d+ notes?, \d+ ok\.$/);
});

test("--json prints one array of findings in one shape, and a serious one makes exit code 1", async () => {
  const secrets = {
    SECRET_KEYS: "canary-key,changeme",
    SMTP_URL: "smtp://canary:canary-password@127.0.0.1:1",
  };
  const production = { NODE_ENV: "production", ORIGIN: "https://app.example.org", ...secrets };
  const { code, out } = await run(["--json"], production);
  expect(code).toBe(1);
  const findings = JSON.parse(out);
  expect(Array.isArray(findings)).toBe(true);
  for (const finding of findings) {
    expect(Object.keys(finding)).toEqual(["group", "check", "level", "finding", "fix"]);
    expect(["ok", "note", "warning", "serious"]).toContain(finding.level);
    expect(finding.finding).toMatch(/^\S.*\.$/s);
    if (finding.level === "ok") expect(finding.fix).toBeNull();
    else expect(finding.fix).toMatch(/^\S.*\.$/s);
  }
  const text = (await run([], production)).out;
  for (const shown of [out, text]) expect(shown).not.toMatch(/canary|changeme/);
});

test.each([
  ["no scheme", "app.example.org"],
  ["another scheme", "ftp://app.example.org"],
  ["a password", "https://doctor:canary@app.example.org"],
  ["a query", "https://app.example.org/?token=canary"],
])("a URL with %s is refused with exit code 2 and isn't repeated", async (_what, url) => {
  const { code, out, error } = await run([url]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(error).not.toContain("canary");
});

test("a site that doesn't answer is serious, and an environment for another site is named", async () => {
  const { code, out } = await run(["https://127.0.0.1:1", "--json"]);
  expect(code).toBe(1);
  const checks = JSON.parse(out).filter(({ level }: { level: string }) => level === "serious");
  expect(checks.map(({ check }: { check: string }) => check)).toEqual(["reachable", "certificate"]);
  const elsewhere = JSON.parse((await run(["https://doctor.invalid", "--json"])).out);
  expect(elsewhere.map(({ check }: { check: string }) => check)).toContain("same-site");
});

/** The groups and names of the checks that reported something. */
async function checksOf(words: string[], variables: Record<string, string>): Promise<string[]> {
  const all: { group: string; check: string; finding: string }[] = JSON.parse(
    (await run([...words, "--json"], variables)).out,
  );
  expect(JSON.stringify(all)).not.toMatch(/not-set\.invalid|in memory/);
  return all.map(({ group, check }) => `${group} ${check}`);
}

test("a refused database or mail server is one finding, and no finding judges its substitute", async () => {
  const database = await checksOf([], { DATABASE_URL: "postgres://x" });
  expect(database.filter((each) => each.startsWith("database "))).toEqual([]);
  expect(database).toContain("configuration variables");
  const mail = await checksOf([], { SMTP_URL: "mail.example.org" });
  expect(mail.filter((each) => each.startsWith("mail "))).toEqual([]);
  expect(await checksOf([], {})).toContain("mail mail-server");
  expect(await checksOf([], { NODE_ENV: "prod" })).not.toContain("mail mail-server");
});

test("[KY-01] a development key is checked only in development", async () => {
  writeFileSync(join(folder, "secret-key"), "short", { mode: 0o600 });
  expect(await checksOf([], {})).toContain("database kept-key");
  expect(await checksOf([], { NODE_ENV: "prod" })).not.toContain("database kept-key");
  rmSync(join(folder, "secret-key"));
});

test("without an ORIGIN every site counts as the own site", async () => {
  const site = ["https://doctor.invalid"];
  expect(await checksOf(site, { NODE_ENV: "production" })).not.toContain("configuration same-site");
  const named = { NODE_ENV: "production", ORIGIN: "https://app.example.org" };
  expect(await checksOf(site, named)).toContain("configuration same-site");
});

test("the report shows the worst finding first, with its fix, and no terminal control characters", () => {
  const text = reportText([
    { group: "mail", check: "one", level: "ok", finding: "Fine.", fix: null },
    { group: "mail", check: "two", level: "serious", finding: "\u001b[2JBad.", fix: "Mend it." },
  ]);
  expect(text).toBe(
    "Mail\n  serious  ?[2JBad. [two]\n           Fix: Mend it.\n  ok       Fine. [one]\n\n" +
      "1 serious, 0 warnings, 0 notes, 1 ok.",
  );
});
