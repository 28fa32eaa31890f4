import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { password, type RunningApplication, startApplication } from "../browser/support/application.ts";

/*
 * Attackers' tools against the application in a separate process. They come from Debian's packages of the same names. A
 * missing tool is skipped.
 */

const LIMIT_MS = 120_000;
const run = promisify(execFile);
const installed = (tool: string) => existsSync(`/usr/bin/${tool}`);

let application: RunningApplication;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-tools-"));
  application = await startApplication();
});
afterAll(async () => {
  await application?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A tool's output, whether it succeeded or not. It ends after two minutes at the latest. */
async function outputOf(tool: string, words: string[]): Promise<string> {
  const options = {
    cwd: folder,
    timeout: LIMIT_MS,
    maxBuffer: 32 * 1024 * 1024,
    env: { PATH: "/usr/bin:/bin", HOME: folder },
  };
  const { stdout, stderr } = await run(tool, words, options).catch(
    (error: { stdout?: string; stderr?: string }) => ({
      stdout: error.stdout ?? "",
      stderr: error.stderr ?? "",
    }),
  );
  return stdout + stderr;
}

/** An anonymous browser: its cookie and the token of its forms. */
async function anonymous(): Promise<{ cookie: string; token: string }> {
  const answer = await fetch(`${application.origin}/csrf`);
  const cookie = (answer.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
  return { cookie, token: ((await answer.json()) as { csrf_token: string }).csrf_token };
}

describe.skipIf(!installed("hydra"))("hydra", { timeout: LIMIT_MS + 20_000 }, () => {
  /** The passwords of this list that hydra claims to have found for an account. */
  async function guess(login: string, passwords: readonly string[]): Promise<string[]> {
    const list = join(folder, "passwords.txt");
    await writeFile(list, `${passwords.join("\n")}\n`);
    const { cookie, token } = await anonymous();
    const { port } = new URL(application.origin);
    const fields = `login=^USER^&password=^PASS^&csrf_token=${token}`;
    const headers = `H=Cookie\\: ${cookie}:H=Origin\\: http\\://localhost\\:${port}`;
    const form = `/login:${fields}:${headers}:F=There is a problem`;
    const output = await outputOf("hydra", [
      ...["-I", "-t", "4", "-l", login, "-P", list, "-s", port, "localhost", "http-post-form", form],
    ]);
    expect(output).toMatch(/1 of 1 target (successfully )?completed/);
    return [...output.matchAll(/login: \S+\s+password: (.+)/g)].map((match) => match[1]?.trim() ?? "");
  }
  const wrong = Array.from({ length: 60 }, (_, index) => `wrong guess number ${index}`);

  test("hydra finds a password that it tries first, so the attack works", async () => {
    const { email } = await application.createAccount("easy");
    expect(await guess(email, [password])).toEqual([password]);
  });

  test("[TH-05] A-BF-01 hydra doesn't find a password behind sixty others", async () => {
    const { email } = await application.createAccount("target");
    expect(await guess(email, [...wrong, password])).toEqual([]);
  });
});

describe.skipIf(!installed("sqlmap"))("sqlmap", { timeout: LIMIT_MS + 20_000 }, () => {
  test("[IN-05] sqlmap finds no injection in the search of the administration", async () => {
    const { email } = await application.createAccount("root", ["admin"]);
    const { cookie, token } = await anonymous();
    const answer = await fetch(`${application.origin}/login`, {
      method: "POST",
      headers: { cookie, "x-csrf-token": token, "content-type": "application/json" },
      body: JSON.stringify({ login: email, password }),
    });
    const session = answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const search = await fetch(`${application.origin}/admin/users?query=root`, {
      headers: { cookie: session },
    });
    expect(search.status).toBe(200);
    const output = await outputOf("sqlmap", [
      ...["-u", `${application.origin}/admin/users?query=root&role=admin&status=active`],
      ...["--cookie", session, "--batch", "--level", "1", "--risk", "2", "--technique", "BEUS"],
      ...["--dbms", "sqlite", "--threads", "4", "--timeout", "5", "--retries", "0", "--disable-coloring"],
    ]);
    expect(output).toContain("all tested parameters do not appear to be injectable");
  });
});

describe.skipIf(!installed("wapiti"))("wapiti", { timeout: LIMIT_MS + 20_000 }, () => {
  test("[IN-05] [IN-06] [RD-01] the scan finds no injection, no script and no open redirect on the public pages", async () => {
    const report = join(folder, "wapiti.json");
    await outputOf("wapiti", [
      ...["-u", `${application.origin}/login`, "--scope", "domain", "--flush-session", "--no-bugreport"],
      // Without "xxe": it asks a host of its makers whether the attack worked.
      ...["-m", "sql,xss,redirect,exec,file,crlf", "--max-scan-time", "60", "--max-links-per-page", "40"],
      ...["-f", "json", "-o", report],
    ]);
    const { vulnerabilities, infos } = JSON.parse(await readFile(report, "utf8")) as {
      vulnerabilities: Record<string, unknown[]>;
      infos: Record<string, unknown>;
    };
    expect(infos.target).toBe(`${application.origin}/login`);
    const found = Object.entries(vulnerabilities).filter(([, list]) => list.length > 0);
    expect(found).toEqual([]);
  });
});
