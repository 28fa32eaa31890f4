import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { createBrowser, overHttp } from "../support/browser.ts";
import { freePort } from "../support/free-port.ts";

let ending: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ending) await end();
  ending = [];
});

/** Resolves when the example prints its address. */
function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr?.on("data", (chunk) => {
      errors += String(chunk);
    });
    child.stdout?.once("data", () => resolve());
    child.once("exit", () => reject(new Error(`The example ended at its start.\n${errors}`)));
  });
}

async function start(example: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-example-"));
  const port = await freePort();
  const file = fileURLToPath(new URL(`../../examples/${example}.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=latchkey-source", "--no-warnings", file], {
    env: { ...process.env, PORT: String(port), DATABASE_URL: `sqlite:${join(folder, "example.db")}` },
  });
  ending.push(async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.kill()) await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await started(child);
  return `http://localhost:${port}`;
}

test.each(["hono", "express", "fastify", "node"])("examples/%s.ts runs unchanged", async (example) => {
  const origin = await start(example);
  const browser = createBrowser({
    origin,
    sessionCookie: "session",
    fetch: overHttp(origin),
  });
  const anonymous = await browser.get("/dashboard");
  expect([anonymous.status, anonymous.location]).toEqual([303, "/login?next=%2Fdashboard"]);
  const fields = { email: "anna@example.org", password: "a lantern over the harbour" };
  expect((await browser.submitForm("/register", fields)).location).toBe("/dashboard");
  expect((await browser.get("/dashboard")).text).toBe("Welcome, anna@example.org");
  expect((await browser.get("/nowhere")).status).toBe(404);
});
