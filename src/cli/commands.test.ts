import { unwrap } from "latchkey";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../../tests/support/command-line.ts";
import { createTestAuth, type TestAuth, testPassword } from "../adapters/testing.ts";
import { commands } from "./commands.ts";
import type { ExitCode } from "./main.ts";

let t: TestAuth;

beforeEach(() => {
  t = createTestAuth();
});

afterEach(() => t.close());

interface Run {
  code: ExitCode;
  out: string;
  error: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the command printed
  json: any;
}

/** Runs a command line over the test's database; `--json` if it prints data. */
async function run(line: string, input = ""): Promise<Run> {
  const said = await runCommand(line.split(" ").filter(Boolean), { auth: t.auth, input });
  const isData = line.includes("--json") && said.code === 0;
  return { ...said, json: isData ? JSON.parse(said.out) : undefined };
}

function login(login: string, password: string) {
  return t.auth.account.login({ login, password }, t.auth.context({ address: "192.0.2.1" }));
}

async function statusOf(who: string): Promise<string | undefined> {
  return (await unwrap(t.auth.users.find({ who: who }))).user?.status;
}

describe("users create", () => {
  test("users create makes a confirmed account with the password from standard input", async () => {
    const { code, json } = await run(
      "users create ada@example.org --username ada --password-stdin --json",
      `${testPassword}\n`,
    );
    expect(code).toBe(0);
    expect(json.user).toMatchObject({ email: "ada@example.org", username: "ada", email_verified: true });
    expect(json.user.created_at).toBe("2026-01-01T00:00:00.000Z");
    expect(json).not.toHaveProperty("choose_password_link");
    expect(await login("ada", testPassword)).toMatchObject({ ok: true });
  });

  test("[PW-17] users create without a password prints a link that works once, expires, and is never the password", async () => {
    const { json } = await run("users create ada@example.org --json");
    const link = new URL(json.choose_password_link);
    expect(link.origin + link.pathname).toBe("http://localhost:3000/reset-password");
    expect(json.link_expires_at).toBe("2026-01-08T00:00:00.000Z");
    const token = link.searchParams.get("token") as string;
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await login("ada@example.org", token)).toMatchObject({ ok: false, code: "invalid_credentials" });
    expect(
      await t.auth.account.choosePassword(
        { token, password: testPassword },
        t.auth.context({ address: "192.0.2.1" }),
      ),
    ).toMatchObject({ ok: true });
    expect(await login("ada@example.org", testPassword)).toMatchObject({ ok: true });
    const again = await t.auth.account.choosePassword(
      { token, password: `${testPassword} again` },
      t.auth.context({ address: "192.0.2.1" }),
    );
    expect(again).toMatchObject({ ok: false, code: "link_invalid" });

    const late = await run("users create bob@example.org --json");
    t.clock.advance("8d");
    const lateToken = new URL(late.json.choose_password_link).searchParams.get("token") as string;
    const tooLate = await t.auth.account.choosePassword(
      { token: lateToken, password: testPassword },
      t.auth.context({ address: "192.0.2.1" }),
    );
    expect(tooLate).toMatchObject({ ok: false, code: "link_invalid" });
  });

  test("[RS-04] password-link prints a new link; the previous one dies, and using it ends every session", async () => {
    const first = await run("users create ada@example.org --json");
    const ada = await t.as("ada@example.org");
    const { code, json } = await run("users password-link ada@example.org --json");
    expect(code).toBe(0);
    const tokenOf = (link: string) => new URL(link).searchParams.get("token") as string;
    const choose = (link: string) =>
      t.auth.account.choosePassword(
        { token: tokenOf(link), password: testPassword },
        t.auth.context({ address: "192.0.2.1" }),
      );
    expect(await choose(first.json.choose_password_link)).toMatchObject({ ok: false, code: "link_invalid" });
    expect(await choose(json.choose_password_link)).toMatchObject({ ok: true });
    expect(await login("ada@example.org", testPassword)).toMatchObject({ ok: true });
    const old = await t.auth.for(new Request("http://localhost:3000/", { headers: ada.headers }));
    expect(old.endedReason).toBe("password_reset");
    expect((await run("users password-link nobody@example.org")).code).toBe(1);
  });

  test("users create gives roles, repeated or by commas", async () => {
    const { json } = await run("users create ada@example.org --role admin --role editor,author --json");
    expect(json.user.roles).toEqual(["user", "admin", "author", "editor"]);
  });

  test("users create refuses a wrong address with the catalogue's sentence", async () => {
    const { code, error, out } = await run("users create nobody");
    expect({ code, error, out }).toEqual({
      code: 1,
      error: "email: Enter an email address like name@example.com.\n",
      out: "",
    });
  });

  test("users create refuses a taken address or name, a weak or empty password, and an unknown role", async () => {
    await run("users create ada@example.org --username ada");
    const refused = [
      await run("users create ADA@example.org"),
      await run("users create eve@example.org --username Ada"),
      await run("users create eve@example.org --password-stdin", "short\n"),
      await run("users create eve@example.org --password-stdin", "\n"),
      await run("users create eve@example.org --password-stdin", "two\nlines of it\n"),
      await run("users create eve@example.org --role Admin!"),
    ];
    expect(refused.map(({ code, error }) => `${code} ${error.trim()}`)).toEqual([
      "1 email: This address already has an account. Log in with it, or use another address.",
      "1 username: This username is taken. Choose another.",
      "1 password: Use at least 8 characters.",
      "1 Standard input held no password: pipe it into the command.",
      "1 The password on standard input must be a single line.",
      `1 "Admin!" isn't a role: use up to 32 lower-case letters, digits, _ and -, a letter first.`,
    ]);
    expect((await unwrap(t.auth.users.find({ who: "eve@example.org" }))).user).toBeNull();
  });

  test("users create takes no password as an argument and doesn't repeat it", async () => {
    for (const words of ["--password hunter2-hunter2", "--password=hunter2-hunter2", "hunter2-hunter2"]) {
      const { code, error } = await run(`users create ada@example.org ${words}`);
      expect(code).toBe(2);
      expect(error).not.toContain("hunter2");
    }
  });
});

test("[SU-10] a fresh database has no account, and only an operator makes an administrator", async () => {
  expect((await run("users list --json")).json).toEqual({ users: [], next_cursor: null });
  for (const [name, password] of [
    ["admin", "admin"],
    ["root", "root"],
    ["test", "test"],
    ["admin@example.org", "password"],
  ] as const) {
    expect(await login(name, password)).toMatchObject({ ok: false, code: "invalid_credentials" });
  }
  await run("users create ada@example.org --role admin --password-stdin", testPassword);
  expect((await run("users list --role admin --json")).json.users).toHaveLength(1);
});

describe("users list and show", () => {
  test("users list has aligned columns, newest first, page by page", async () => {
    await run("users create ada@example.org --username ada");
    t.clock.advance("1m");
    await run("users create bob.with.a.long.name@example.org --role editor");
    const lines = (await run("users list")).out.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    const column = (lines[0] as string).indexOf("USERNAME");
    expect((lines[1] as string).slice(column)).toMatch(/^- +user,editor +active +2026-01-01T00:01:00.000Z$/);
    expect((lines[2] as string).slice(column)).toMatch(/^ada +user +active +2026-01-01T00:00:00.000Z$/);

    const page = (await run("users list --limit 1 --json")).json;
    expect(page.users[0].email).toBe("bob.with.a.long.name@example.org");
    const next = (await run(`users list --limit 1 --cursor ${page.next_cursor} --json`)).json;
    expect(next).toMatchObject({ users: [{ email: "ada@example.org" }], next_cursor: null });
    expect((await run("users list --query bob --json")).json.users).toHaveLength(1);
  });

  test("users list refuses an unknown limit and status as usage", async () => {
    expect((await run("users list --limit 0")).code).toBe(2);
    expect((await run("users list --limit many")).code).toBe(2);
    expect((await run("users list --status sleeping")).code).toBe(2);
  });

  test("users show finds WHO by address, username and id", async () => {
    const { user } = (await run("users create ada@example.org --username ada --json")).json;
    for (const who of ["Ada@Example.org", "ADA", user.id]) {
      expect((await run(`users show ${who} --json`)).json).toEqual({ user, live_sessions: 0 });
    }
    expect((await run("users show ada")).out).toContain("  live sessions  0");
  });

  test("every command that takes WHO refuses an unknown account", async () => {
    const withWho = commands.filter(({ parameters }) => parameters?.[0]?.name === "WHO");
    expect(withWho.length).toBeGreaterThan(6);
    for (const { name } of withWho) {
      const { code, error } = await run(`${name} ghost${name.endsWith("set-role") ? " admin" : ""}`);
      expect(code).toBe(1);
      expect(error).toBe('No account is named "ghost": check it with "latchkey users list --query TEXT".\n');
    }
  });

  test("control characters don't reach the terminal", async () => {
    const { error } = await run("users show \u001b[2Jghost");
    expect(error).not.toContain("\u001b");
  });
});

describe("users disable, enable, unlock, set-role", () => {
  test("users disable ends the sessions, and enable permits signing in again", async () => {
    await t.as({ email: "ada@example.org", password: testPassword });
    expect((await run("users disable ada@example.org --json")).json.user.status).toBe("disabled");
    expect((await run("users show ada@example.org --json")).json.live_sessions).toBe(0);
    expect(await login("ada@example.org", testPassword)).toMatchObject({ ok: false });
    expect((await run("users enable ada@example.org")).code).toBe(0);
    expect(await login("ada@example.org", testPassword)).toMatchObject({ ok: true });
  });

  test("users unlock resets the failures of unknown devices", async () => {
    await run("users create ada@example.org --password-stdin", testPassword);
    for (let attempt = 0; attempt < 5; attempt++) await login("ada@example.org", "wrong password");
    expect(await login("ada@example.org", testPassword)).toMatchObject({ code: "too_many_attempts" });
    expect((await run("users unlock ada@example.org")).code).toBe(0);
    expect(await login("ada@example.org", testPassword)).toMatchObject({ ok: true });
  });

  test("users set-role gives exactly the named roles; user removes all others", async () => {
    await run("users create boss@example.org --role admin");
    await run("users create ada@example.org --role editor");
    const roles = async (line: string) =>
      (await run(`users set-role ada@example.org ${line} --json`)).json.user.roles;
    expect(await roles("author moderator")).toEqual(["user", "author", "moderator"]);
    expect(await roles("admin,editor")).toEqual(["user", "admin", "editor"]);
    expect(await roles("user")).toEqual(["user"]);
    expect((await run("users set-role ada@example.org ,")).code).toBe(2);
  });

  test("[AZ-09] the last active administrator can be neither disabled nor demoted", async () => {
    await run("users create ada@example.org --role admin");
    for (const line of ["users disable ada@example.org", "users set-role ada@example.org user"]) {
      expect(await run(line)).toMatchObject({
        code: 1,
        error:
          "The last administrator: This is the last active administrator: give another account the role admin first.\n",
      });
    }
    expect(await statusOf("ada@example.org")).toBe("active");
    await run("users create bob@example.org --role admin");
    expect((await run("users disable ada@example.org")).code).toBe(0);
    expect((await run("users set-role bob@example.org user")).code).toBe(1);
  });

  test("[PW-11] require-password-change ends sessions and restricts the password to its replacement", async () => {
    const { cookie } = await t.as({ email: "ada@example.org", password: testPassword });
    t.clock.advance("400d");
    expect(await login("ada@example.org", testPassword)).toMatchObject({ ok: true });
    expect((await run("users require-password-change ada@example.org")).code).toBe(0);
    const request = new Request("http://localhost:3000/", { headers: { cookie } });
    expect((await t.auth.for(request)).user).toBeNull();
    expect(await login("ada@example.org", testPassword)).toMatchObject({ code: "password_change_required" });
  });

  test("acts of operators are in the audit under their name", async () => {
    await run("users create ada@example.org");
    await run("users disable ada@example.org");
    const rows = await t.auth.database.all<{ event: string; actor: string | null }>(
      "SELECT event, actor FROM audit WHERE event IN ('user_created', 'user_disabled') ORDER BY id",
    );
    expect(rows.map(({ event, actor }) => `${event} ${actor}`)).toEqual([
      "user_created operator",
      "user_disabled operator",
    ]);
  });
});

describe("sessions", () => {
  test("sessions list shows live ones, with --all also ended ones, and ends them", async () => {
    await t.as({ email: "ada@example.org", password: testPassword }, { remember: true });
    await t.as("ada@example.org");
    const { sessions } = (await run("sessions list ada@example.org --json")).json;
    expect(sessions).toHaveLength(2);
    expect(sessions[1]).toMatchObject({ remembered: true, methods: ["password"], ended_reason: null });
    expect(sessions[0].expires_at).toBe("2026-01-08T00:00:00.000Z");
    expect(Object.keys(sessions[0])).not.toContain("digest");

    expect((await run("sessions end ada@example.org --json")).json).toEqual({ ended: 2 });
    expect((await run("sessions list ada@example.org")).out).toBe("ada@example.org has no live sessions.\n");
    const over = (await run("sessions list ada@example.org --all --json")).json.sessions;
    expect(over.map((each: { ended_reason: string }) => each.ended_reason)).toEqual([
      "ended_by_operator",
      "ended_by_operator",
    ]);
  });

  test("an expired session isn't live", async () => {
    await t.as({ email: "ada@example.org", password: testPassword });
    t.clock.advance("8d");
    expect((await run("sessions list ada@example.org --json")).json.sessions).toEqual([]);
    expect((await run("sessions list ada@example.org --all")).out).toContain(" idle ");
  });
});

test("cleanup deletes expired rows, and so does its old name sweep", async () => {
  await t.as({ email: "ada@example.org", password: testPassword });
  t.clock.advance("90d");
  const { json } = await run("cleanup --json");
  expect(json.deleted).toBeGreaterThan(0);
  expect((await run("sweep")).out).toBe("0 rows deleted.\n");
});

test("a mistake in the program is one line without a stack", async () => {
  t.auth.database.close();
  const { code, error } = await run("users list");
  expect(code).toBe(1);
  expect(error.trimEnd().split("\n")).toHaveLength(1);
  expect(error).not.toMatch(/ at .*:\d+/);
  t = createTestAuth();
});
