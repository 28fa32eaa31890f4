import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "latchkey/environment";
import { createTestAuth, testPassword } from "latchkey/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { createBrowser } from "../tests/support/browser.ts";
import { authOptions } from "./application.ts";
import { start } from "./start.ts";

const HOUR = 60 * 60 * 1000;

/** The events that the process listens to; restored afterwards. */
function keepListeners(): void {
  const events = ["SIGTERM", "SIGINT", "unhandledRejection", "uncaughtException"];
  const before = events.map((event) => [event, process.rawListeners(event)] as const);
  onTestFinished(() => {
    for (const [event, listeners] of before) {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event, listener as () => void);
    }
  });
}

test("[SU-11] [PV-01] the running application deletes unconfirmed registrations every hour", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-start-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const DATABASE_URL = `sqlite:${join(folder, "app.db")}`;
  const variables = {
    DATABASE_URL,
    PORT: "0",
    LOG_LEVEL: "silent",
    SECRET_KEYS: "bT9zQ1vYw7Lk3XcR8mN2pS5uD0fGhJ4aEiOqWtZrUyI",
  };

  // An old registration, by a stopped clock, whose mail was never opened.
  const t = createTestAuth({ ...authOptions(readEnvironment(variables)), database: DATABASE_URL });
  const browser = createBrowser({
    origin: t.auth.settings.origin.origin,
    sessionCookie: t.auth.settings.cookies.session,
    fetch: async (path, init) =>
      (await t.auth.handle(new Request(t.auth.settings.origin.origin + path, init))) as Response,
  });
  await browser.postJson("/register", { email: "late@example.org", password: testPassword });
  const rows = () =>
    t.auth.database.one<{ registrations: number; tokens: number }>(
      `SELECT (SELECT count(*) FROM pending_registrations) AS registrations,
              (SELECT count(*) FROM one_time_tokens) AS tokens`,
    );
  expect(await rows()).toEqual({ registrations: 1, tokens: 1 });

  keepListeners();
  const timers = vi.spyOn(globalThis, "setInterval");
  const { promise: stopped, resolve } = Promise.withResolvers<number>();
  const exit = vi.spyOn(process, "exit").mockImplementation(((code: number) => resolve(code)) as never);
  await start(variables);
  const sweeping = timers.mock.calls.find(([, every]) => every === HOUR)?.[0];
  sweeping?.();
  await vi.waitFor(async () => expect(await rows()).toEqual({ registrations: 0, tokens: 0 }));

  process.emit("SIGTERM");
  expect(await stopped).toBe(0);
  exit.mockRestore();
  timers.mockRestore();
  await t.close();
});
