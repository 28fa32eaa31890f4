import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Auth } from "latchkey";
import { createTestAuth, type TestAuth } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { noThrottle } from "../support/site.ts";
import { type Mount, mounts, type Running } from "./mounts.ts";

/*
 * A body that is made while it is read, through each framework and a real socket: the account's download.
 */

const ROWS = 60_000;
const KILOBYTE = "x".repeat(1024);

/** How far the application's list was read, and how it ended. */
let seen: { rows: number; left: boolean; fails: boolean };
let t: TestAuth;
let running: Running;
let cookie: string;

async function* rows(length: number): AsyncGenerator<string> {
  try {
    for (let row = 0; row < length; row += 1) {
      if (seen.fails) throw new Error("a secret detail of the list");
      seen.rows += 1;
      yield KILOBYTE;
    }
  } finally {
    seen.left = true;
  }
}

async function start(mount: Mount, length: number): Promise<void> {
  seen = { rows: 0, left: false, fails: false };
  t = createTestAuth({ throttle: noThrottle, user: { export: () => ({ rows: rows(length) }) } }) as TestAuth;
  running = await mount.start(t.auth as Auth);
  ({ cookie } = await t.as("anna@example.org"));
}

beforeEach(() => {
  // What frameworks print about an answer that broke off.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await running.close();
  await t.close();
});

/** The answer's head; its body waits until it is read. */
function download(method = "GET"): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = `${running.url}/account/export`;
    const headers = { cookie, accept: "application/json" };
    httpRequest(url, { method, headers, agent: false }, resolve).once("error", reject).end();
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) text += chunk;
  return text;
}

describe.each(mounts)("$name", (mount) => {
  test("a long download arrives whole, with the headers of a file", async () => {
    await start(mount, 5000);
    const answer = await download();
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
      200,
      "application/json; charset=utf-8",
    ]);
    expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename="localhost-account-/);
    expect([answer.headers["cache-control"], answer.headers["content-length"]]).toEqual([
      "no-store",
      undefined,
    ]);
    const document = JSON.parse(await textOf(answer)) as { application: { rows: string[] } };
    expect(document.application.rows).toEqual(Array.from({ length: 5000 }, () => KILOBYTE));
  });

  test("[IN-01] A-DO-06 a client that reads nothing holds a few buffers, and not the whole download", async () => {
    await start(mount, ROWS);
    const answer = await download();
    // Without back pressure one turn makes one chunk, so the whole would be made by now.
    for (let turn = 0; turn < ROWS / 32; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seen.rows).toBeGreaterThan(0);
    expect([seen.rows < ROWS / 2, seen.left]).toEqual([true, false]);
    answer.destroy();
    await vi.waitFor(() => expect(seen.left).toBe(true));
  });

  test("a client that leaves in the middle ends the work and frees its place", async () => {
    await start(mount, ROWS);
    const answer = await download();
    await new Promise((resolve) => answer.once("data", resolve));
    answer.destroy();
    await vi.waitFor(() => expect(seen.left).toBe(true));
    expect(seen.rows).toBeLessThan(ROWS);
    await vi.waitFor(async () => {
      const next = await download("HEAD");
      expect(next.statusCode).toBe(200);
    });
  });

  test("an error in the middle breaks the connection, so that no client takes the part for the whole", async () => {
    await start(mount, ROWS);
    const answer = await download();
    let text = "";
    answer.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      seen.fails = true;
    });
    await expect(
      new Promise((resolve, reject) => answer.once("end", resolve).once("error", reject)),
    ).rejects.toThrow("aborted");
    expect(answer.complete).toBe(false);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(text).not.toContain("secret detail");
  });
});
