import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuth } from "../auth.ts";
import { openSqlite } from "../platform/database/index.ts";
import { silentLogger } from "../platform/log/index.ts";
import { commands } from "./commands.ts";
import { runCommandLine } from "./main.ts";
import { openAuth } from "./open-auth.ts";

/*
 * The real program over a real file, as an operator starts it. commands.test.ts tests what commands do. These tests
 * need a process: streams, exit codes, environment.
 */

const main = join(import.meta.dirname, "main.ts");
const key = "process test key: 0123456789 abcdefghijklmnopqrstuvwxyz";
let folder: string;
/** Compiled modules. Only the first process writes them. */
let compiled: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-cli-"));
  compiled = mkdtempSync(join(tmpdir(), "latchkey-compiled-"));
});

afterAll(() => {
  for (const each of [folder, compiled]) rmSync(each, { recursive: true, force: true });
});

function latchkey(
  line: string,
  variables: Record<string, string> = {},
  input = "",
): Promise<{ code: number | null; out: string; error: string }> {
  const { PATH = "" } = process.env;
  const database = `sqlite:${join(folder, "app.db")}`;
  const env = { PATH, NODE_COMPILE_CACHE: compiled, DATABASE_URL: database, ...variables };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...line.split(" ")], { env, cwd: folder });
    let out = "";
    let error = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      error += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, error }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

const production = { NODE_ENV: "production" };

/** Every command that opens the database, with the arguments it needs; add new ones here. */
const withDatabase: Record<string, string> = {
  "users list": "",
  "users show": "ada",
  "users password-link": "ada",
  "users disable": "ada",
  "users enable": "ada",
  "users unlock": "ada",
  "users set-role": "ada admin",
  "users require-password-change": "ada",
  "sessions list": "ada",
  "sessions end": "ada",
  "outbox list": "",
  "outbox retry": "--all",
  "audit verify": "",
  "audit list": "",
  cleanup: "",
};
const withoutOne = ["migrate", "users create", "keys generate", "explain", "doctor", "drill"];

describe("without a database", { timeout: 60_000 }, () => {
  async function refused(name: string, database: string): Promise<string> {
    const said: string[] = [];
    const code = await runCommandLine(`${name} ${withDatabase[name]}`.trim().split(" "), {
      variables: { DATABASE_URL: `sqlite:${database}` },
      out: (text) => void said.push(`out: ${text}`),
      error: (text) => void said.push(text),
      readInput: async () => "",
      openAuth,
    });
    return `${code} ${said.join("\n")}`;
  }

  test.each(Object.keys(withDatabase))("%s refuses a missing database, and makes none", async (name) => {
    const file = join(folder, "mistyped", "app.db");
    expect(await refused(name, file)).toBe(
      `1 No database exists at ${file}: correct DATABASE_URL, or make one with "latchkey migrate".`,
    );
    expect(await refused(name, join(folder, "mistyped.db"))).toMatch(/^1 No database exists at /);
    expect(readdirSync(folder).filter((each) => each.startsWith("mistyped"))).toEqual([]);
    expect(await refused(name, ":memory:")).toMatch(
      /^1 DATABASE_URL keeps the database in .* use sqlite:PATH\.$/,
    );
  });

  test("only the listed commands open a database", () => {
    expect([...Object.keys(withDatabase), ...withoutOne].sort()).toEqual(
      commands.map(({ name }) => name).sort(),
    );
  });

  test("[LG-06] without a database the program exits with 1, one sentence on stderr, and an empty stdout", async () => {
    const elsewhere = { DATABASE_URL: "sqlite:mistyped/app.db" };
    expect(await latchkey("audit verify", elsewhere)).toEqual({
      code: 1,
      out: "",
      error: `No database exists at ${join(folder, "mistyped", "app.db")}: correct DATABASE_URL, or make one with "latchkey migrate".\n`,
    });
    expect(readdirSync(folder)).not.toContain("mistyped");
  });

  test("[SU-10] users create creates a missing database with its first account", async () => {
    const elsewhere = { DATABASE_URL: `sqlite:${join(folder, "first", "app.db")}` };
    expect(await latchkey("users create ada@example.org", elsewhere)).toMatchObject({ code: 0, error: "" });
    expect((await latchkey("users show ada@example.org", elsewhere)).code).toBe(0);
    const inMemory = await latchkey("users create ada@example.org", { DATABASE_URL: "sqlite::memory:" });
    expect(inMemory).toMatchObject({ code: 1, out: "", error: expect.stringContaining("use sqlite:PATH.") });
  });
});

describe.sequential("the program", { timeout: 60_000 }, () => {
  test("migrate migrates a new file once, and then reports that nothing is left", async () => {
    const first = await latchkey("migrate --json");
    expect(first).toMatchObject({ code: 0, error: "" });
    expect(JSON.parse(first.out).applied[0]).toEqual({ id: 1, name: expect.any(String) });
    const second = await latchkey("migrate");
    expect(second).toEqual({ code: 0, error: "", out: `${join(folder, "app.db")} is up to date.\n` });
  });

  test("[SU-10] the program makes the first administrator in production, with the password from a pipe", async () => {
    const environment = { ...production, ORIGIN: "https://app.example.org" };
    const none = await latchkey("users list --json", production);
    expect(JSON.parse(none.out)).toEqual({ users: [], next_cursor: null });
    const created = await latchkey(
      "users create ada@example.org --role admin --password-stdin",
      environment,
      "a quiet teapot in the rain\n",
    );
    expect(created).toMatchObject({ code: 0, error: "" });
    expect(created.out).not.toContain("teapot");
    const invited = await latchkey("users create bob@example.org --json", environment);
    expect(JSON.parse(invited.out).choose_password_link).toMatch(
      /^https:\/\/app\.example\.org\/reset-password\?token=[\w-]{43}$/,
    );
  });

  test("[AZ-09] the program refuses to disable the last administrator: exit code 1, one sentence, nothing on stdout", async () => {
    expect(await latchkey("users disable ada@example.org", production)).toEqual({
      code: 1,
      out: "",
      error:
        "The last administrator: This is the last active administrator: give another account the role admin first.\n",
    });
  });

  test("the program doesn't touch mail that waits for the application", async () => {
    const auth = createAuth({
      origin: "http://localhost:3000",
      database: `sqlite:${join(folder, "app.db")}`,
      secretKeys: [key],
      logger: silentLogger,
      mail: { transport: { send: () => Promise.reject(new Error("the server is down")) } },
    });
    await auth.account.register(
      { email: "eve@example.org", password: "a quiet teapot in the rain" },
      auth.context({ address: "192.0.2.1" }),
    );
    await auth.deliverMail();
    await auth.close();

    const db = openSqlite(join(folder, "app.db"));
    await db.run("UPDATE outbox SET send_after = 0");
    const before = await db.all("SELECT kind, attempts, sent_at, failed_at, send_after FROM outbox");
    expect(before).toMatchObject([{ kind: "confirm_email", sent_at: null, failed_at: null }]);
    expect((await latchkey("users list", { SECRET_KEYS: key })).code).toBe(0);
    // Hashing takes long enough for a running outbox.
    const create = "users create may@example.org --password-stdin";
    expect((await latchkey(create, { SECRET_KEYS: key }, "a quiet teapot in the rain")).code).toBe(0);
    expect(await db.all("SELECT kind, attempts, sent_at, failed_at, send_after FROM outbox")).toEqual(before);
    await db.close();
  });

  test("the program writes no key beside the database, and help opens nothing", async () => {
    expect(readdirSync(folder)).not.toContain("secret-key");
    const elsewhere = { DATABASE_URL: `sqlite:${join(folder, "nowhere", "app.db")}` };
    expect((await latchkey("users list --help", elsewhere)).code).toBe(0);
    expect((await latchkey("keys generate", { ...elsewhere, NODE_ENV: "nonsense" })).code).toBe(0);
    expect((await latchkey("explain", elsewhere)).code).toBe(0);
    expect(readdirSync(folder)).not.toContain("nowhere");
  });

  test("[KY-01] a published key is refused by name, without a stack", async () => {
    const { code, out, error } = await latchkey("users list", { ...production, SECRET_KEYS: "changeme" });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toMatch(/^SECRET_KEYS: key 1 of 1 can't be used: "changeme" is from a tutorial.*\n$/);
  });

  test("an invalid environment is one sentence that names the variable", async () => {
    const refused = await Promise.all([
      latchkey("sweep", { DATABASE_URL: "oracle:app" }),
      latchkey("users create eve@example.org", production),
      latchkey("users list", { ORIGIN: "http://app.example.org" }),
    ]);
    expect(refused.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(refused.map(({ error }) => error.split(" ")[0])).toEqual(["DATABASE_URL", "ORIGIN", "ORIGIN"]);
    for (const { error } of refused) expect(error.trimEnd()).not.toContain("\n");
  });

  test("an unknown argument ends with 2", async () => {
    const { code, error } = await latchkey("users show");
    expect(code).toBe(2);
    expect(error).toBe(
      "WHO is missing: an e-mail address, a username or an id.\nUsage: latchkey users show WHO [--json]\n",
    );
  });
});
