import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test, vi } from "vitest";
import { productionVariables } from "../tests/support/application.ts";
import { type Browser, createBrowser, overHttp } from "../tests/support/browser.ts";

const root = join(import.meta.dirname, "..");
const flags = [
  "--import",
  join(root, "app", "compile-cache.js"),
  "--conditions=latchkey-source",
  "--disable-warning=ExperimentalWarning",
];

const children = new Set<ChildProcess>();
const folders: string[] = [];

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-main-"));
  folders.push(folder);
  return folder;
}

interface Run {
  /** Its working directory, with the database by default. */
  folder: string;
  child: ChildProcess;
  output: () => string;
  errors: () => string;
  exit: Promise<number | null>;
}

function run(variables: Record<string, string> = {}, folder = newFolder()): Run {
  const { PATH = "" } = process.env;
  const database = `sqlite:${join(folder, "latchkey.db")}`;
  const env = { PATH, PORT: "0", DATABASE_URL: database, ...variables };
  const child = spawn(process.execPath, [...flags, join(root, "app", "main.ts")], { env, cwd: folder });
  children.add(child);
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  void exit.then(() => children.delete(child));
  return { folder, child, output: () => output, errors: () => errors, exit };
}

/** Starts it and resolves with the port that it logs. */
async function start(
  variables: Record<string, string> = {},
  folder?: string,
): Promise<Run & { port: number }> {
  const running = run(variables, folder);
  const port = await new Promise<number>((resolve, reject) => {
    running.child.stdout?.on("data", () => {
      const line = running
        .output()
        .split("\n")
        .find((text) => text.includes('"listening"'));
      if (line !== undefined) resolve((JSON.parse(line) as { port: number }).port);
    });
    void running.exit.then(() => reject(new Error(running.errors())));
  });
  return { ...running, port };
}

/** Starts it, expects a refusal, and resolves with its sentence. */
async function refusal(variables: Record<string, string>, folder?: string): Promise<string> {
  const { exit, output, errors } = run(variables, folder);
  expect(await exit).toBe(1);
  expect(output()).not.toContain('"listening"');
  const lines = errors().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toBe("");
  expect(lines[0]).not.toMatch(/\bat .*:\d+:\d+|node:internal|Error:/);
  return lines[0] as string;
}

describe.concurrent("a bad environment stops the start with one sentence", () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ PORT: "http" }, /^PORT is "http", .*0 to 65535/],
    [{ PORT: "65536" }, /^PORT is "65536"/],
    [{ PORT: "-1" }, /^PORT is "-1"/],
    [{ HOST: "203.0.113.77" }, /^HOST .* isn't an address of this machine/],
    [{ ORIGIN: "example" }, /^ORIGIN is "example", .* write it like https/],
    [{ ORIGIN: "http://app.example.org" }, /^ORIGIN is .* not https: use https:\/\/app\.example\.org/],
    [{ ORIGIN: "https://app.example.org/auth" }, /^ORIGIN is .* set it to https:\/\/app\.example\.org\.$/],
    [{ DATABASE_URL: "mysql://x" }, /^DATABASE_URL .* use "sqlite:PATH"/],
    [{ DATABASE_URL: "postgres://x" }, /^DATABASE_URL .* use sqlite:PATH/],
    [{ REDIS_URL: "redis://x" }, /^REDIS_URL .* remove it/],
    [{ SECRET_KEYS: " , " }, /^SECRET_KEYS holds no key: make one/],
    [{ SMTP_URL: "mail.example.org" }, /^SMTP_URL .* write it like smtps:/],
    [{ LOCALES: "en,fr" }, /^LOCALES is "en,fr", .* such as en,de/],
    [{ LOGIN_BY_MAIL: "yes" }, /^LOGIN_BY_MAIL is "yes", .* use on, off/],
    [{ REGISTRATION: "maybe" }, /^REGISTRATION is "maybe", .* use confirm-first, open, invite-only, closed/],
    [{ TRUSTED_PROXIES: "all" }, /^TRUSTED_PROXIES is "all"/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL is "loud", .* use trace, debug/],
    [{ NODE_ENV: "prod" }, /^NODE_ENV is "prod", .* use development, production/],
  ];
  test.each(cases)("%o", async (variables, sentence) => {
    expect(await refusal(variables)).toMatch(sentence);
  });

  test("[CK-10] production demands an https origin", async () => {
    const { ORIGIN: _, ...withoutOrigin } = productionVariables;
    expect(await refusal(withoutOrigin)).toMatch(/^ORIGIN is not set/);
    for (const ORIGIN of ["http://app.example.org", "http://localhost:3000"]) {
      expect(await refusal({ ...productionVariables, ORIGIN })).toMatch(/^ORIGIN is .* not https/);
    }
  });

  test.each([
    "dev-key-change-in-production",
    "my_super_secret_random_string_123",
    "12345",
    "your-very-long-random-secret-key-here",
    "changeme",
    "sixteen-bytes-ab",
    "0".repeat(64),
  ])("[KY-01] production refuses the key %s", async (key) => {
    expect(await refusal({ ...productionVariables, SECRET_KEYS: key })).toMatch(
      /^SECRET_KEYS: key 1 of 1 can't be used: .* Make one with/,
    );
  });

  test("[KY-01] production demands a key, and a way to send mail", async () => {
    const { SECRET_KEYS: _, ...withoutKey } = productionVariables;
    expect(await refusal(withoutKey)).toMatch(/^SECRET_KEYS is not set, .* make a key with/);
    expect(await refusal({ ...withoutKey, SECRET_KEY: "12345" })).toMatch(/^SECRET_KEY: /);
    const { SMTP_URL: __, ...withoutMail } = productionVariables;
    expect(await refusal(withoutMail)).toMatch(/^SMTP_URL is not set/);
  });

  test("a mail server's password is not repeated", async () => {
    const sentence = await refusal({ SMTP_URL: "ftp://user:canary@mail.example.org" });
    expect(sentence).not.toContain("canary");
  });
});

describe.concurrent("an unusable database or port stops the start with one sentence", () => {
  test("a file that isn't a database stops the start with one sentence", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "latchkey.db"), "This is a text, and not a database. ".repeat(200));
    expect(await refusal({}, folder)).toMatch(/is not a SQLite database: choose another file or restore/);
  });

  test("a database with damaged pages stops the start with one sentence", async () => {
    const folder = newFolder();
    const path = join(folder, "latchkey.db");
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(50000))");
    database.close();
    const { size } = statSync(path);
    const damaged = Buffer.alloc(size, 0x5a);
    damaged.write("SQLite format 3\0", "latin1");
    writeFileSync(path, damaged);
    expect(await refusal({}, folder)).toMatch(/restore it from a backup/);
  });

  test("a database of a newer version stops the start with one sentence", async () => {
    const first = await start();
    const { folder } = first;
    first.child.kill("SIGTERM");
    await first.exit;
    const database = new DatabaseSync(join(folder, "latchkey.db"));
    database.exec("INSERT INTO migrations VALUES ('app', 999, 'from-the-future', 'x', 0)");
    database.close();
    expect(await refusal({}, folder)).toMatch(
      /newer version \(app migration 999.*: run that version or newer/,
    );
  });

  test("a folder that can't be created stops the start with one sentence", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    const DATABASE_URL = `sqlite:${join(folder, "file", "latchkey.db")}`;
    expect(await refusal({ DATABASE_URL })).toMatch(/file/);
  });

  test("a taken port stops the start before anything else changes", async () => {
    const taken = createServer();
    const port = await listening(taken);
    const folder = newFolder();
    expect(await refusal({ PORT: String(port) }, folder)).toMatch(
      new RegExp(`^PORT ${port} on 127\\.0\\.0\\.1 is taken by another program: .* set PORT to a free port`),
    );
    expect(readdirSync(folder)).toEqual([]);
    taken.close();
  });
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

describe.concurrent("a running process", () => {
  test("a running process answers at its origin and writes only JSON lines", async () => {
    const { port, output, errors, child, exit, folder } = await start();
    const page = await fetch(`http://127.0.0.1:${port}/login`);
    expect(page.status).toBe(200);
    const listening = output()
      .split("\n")
      .find((line) => line.includes('"listening"'));
    expect(JSON.parse(listening as string)).toMatchObject({ origin: `http://localhost:${port}` });
    child.kill("SIGINT");
    expect(await exit).toBe(0);
    for (const line of output().trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("level");
    expect(errors()).toBe("");
    expect(statSync(join(folder, "secret-key")).mode & 0o777).toBe(0o600);
  });

  test("[HD-01] the application starts in production with the demanded settings", async () => {
    const { port } = await start({ ...productionVariables, HOST: "127.0.0.1" });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.headers.get("strict-transport-security")).toContain("max-age=31536000");
  });

  test("[KY-07] the start warns if other machines can open the development mailbox, and only then", async () => {
    const warning = "/dev/mailbox shows them all mail";
    const forgotten = await start({ ...productionVariables, NODE_ENV: "development" });
    expect(forgotten.output()).toContain(warning);
    expect((await start()).output()).not.toContain(warning);
  });

  test("SIGTERM stops new connections, finishes running requests and exits with 0", async () => {
    const { port, child, exit, output } = await start();
    const slow = connect(port, "127.0.0.1");
    const body = JSON.stringify({ login: "x" });
    slow.write(
      `POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    // The interim answer shows that the request is running.
    expect(await received(slow, /100 Continue/)).toContain("100 Continue");
    child.kill("SIGTERM");
    await vi.waitFor(() => expect(output()).toContain('"stopping"'), { timeout: 5_000 });
    await vi.waitFor(() => refused(port), { timeout: 5_000 });
    slow.write(body);
    const answer = await received(slow, /\}$/);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /m);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(await exit).toBe(0);
    expect(output()).toContain('"stopped"');
  });

  test("written data survives a restart", async () => {
    const first = await start({ REGISTRATION: "open" });
    const before = visitor(first.port);
    const registered = await before.send("POST", "/register", {
      headers: { "x-csrf-token": await before.csrfToken() },
      json: { email: "ann@example.org", password: "a quiet teapot in the rain" },
    });
    expect(registered.status).toBe(201);
    first.child.kill("SIGTERM");
    expect(await first.exit).toBe(0);
    const second = await start({ REGISTRATION: "open" }, first.folder);
    expect(await visitor(second.port, before.jar.header).who()).toBe("ann@example.org");
  });
});

function visitor(port: number, cookie?: string): Browser {
  const origin = `http://127.0.0.1:${port}`;
  return createBrowser({ origin, sessionCookie: "session", cookie, fetch: overHttp(origin) });
}

function received(socket: Socket, end: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (!end.test(text)) return;
      socket.off("data", take);
      resolve(text);
    };
    socket.on("data", take);
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

/** Resolves once a new connection is refused. */
function refused(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve());
    socket.on("connect", () => {
      socket.destroy();
      reject(new Error("still listening"));
    });
  });
}
