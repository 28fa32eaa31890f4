import { afterEach, beforeEach, expect, test } from "vitest";
import { spyOnStatements } from "../../../tests/support/database-spy.ts";
import { recordAlone } from "../../../tests/support/record-alone.ts";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import type { Core, RequestFacts } from "../core.ts";
import { readableUserAgent, recordEvent } from "./audit.ts";

interface AuditRow {
  id: string;
  seal: number | null;
  user_agent: string | null;
}

let t: TestAuth;
let core: Core;
const lines: { fields: object; message: string }[] = [];

beforeEach(async () => {
  lines.length = 0;
  const take = (fields: object, message: string) => void lines.push({ fields, message });
  t = createTestAuth({ logger: { debug: take, info: take, warn: take, error: take } });
  core = coreOf(t.auth);
  await t.auth.ready();
});

afterEach(() => t.close());

const rows = () => core.db.all<AuditRow>("SELECT * FROM audit ORDER BY id");

test("[LG-06] recording is one insert that reads nothing, also for many events at once", async () => {
  const heard: string[] = [];
  const stop = spyOnStatements(core.db, (sql) => {
    // The outbox looks for due work meanwhile.
    if (!/\boutbox\b/.test(sql)) heard.push(sql.replace(/\s.*/s, ""));
  });
  await Promise.all(Array.from({ length: 25 }, () => recordAlone(core, { event: "authn_login_fail" })));
  stop();
  expect(new Set(heard)).toEqual(new Set(["BEGIN", "INSERT", "COMMIT"]));
  expect(heard.filter((word) => word === "INSERT")).toHaveLength(25);
  const written = await rows();
  expect(new Set(written.map(({ id }) => id)).size).toBe(25);
  expect(written.every(({ seal }) => seal === null)).toBe(true);
});

test("an event exists exactly if its cause does", async () => {
  const failing = core.db.transaction(async (tx) => {
    await recordEvent(core, tx, { event: "user_created" });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await rows()).toEqual([]);
});

test("[LG-04] a user agent can't break a line or a terminal, and is cut", async () => {
  const hostile = `\n{"event":"authn_login_success"}\r\u001b[2J\u2028\u202e${"x".repeat(1_000_000)}`;
  const facts: RequestFacts = {
    address: "192.0.2.1",
    userAgent: hostile,
    requestId: "request",
    deviceToken: null,
    preSession: null,
    locale: null,
    sessionId: null,
    userId: null,
  };
  await recordAlone(core, { event: "authn_login_fail", facts });
  const [row] = await rows();
  expect(row?.user_agent).toHaveLength(256);
  expect(row?.user_agent).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(readableUserAgent(null)).toBeNull();
});

test("[LG-02] every row has its line in the log, with the request's id", async () => {
  await recordAlone(core, { event: "malicious_csrf", detail: { route: "POST /login" } });
  expect(lines).toContainEqual({
    message: "malicious_csrf",
    fields: expect.objectContaining({ event: "malicious_csrf", route: "POST /login", request_id: null }),
  });
});
