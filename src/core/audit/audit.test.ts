import { hash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import type { Core, RequestFacts } from "../core.ts";
import { chainText, readableUserAgent, recordAlone, recordEvent } from "./audit.ts";

interface AuditRow {
  sequence: number;
  time: number;
  event: string;
  actor: string | null;
  subject: string | null;
  request_id: string | null;
  user_agent: string | null;
  detail: string;
  previous_hash: Uint8Array;
  hash: Uint8Array;
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

const rows = () => core.db.all<AuditRow>("SELECT * FROM audit ORDER BY sequence");

test("[LG-06] every row is chained to the one before, also when many are written at once", async () => {
  await Promise.all(Array.from({ length: 25 }, () => recordAlone(core, { event: "authn_login_fail" })));
  const written = await rows();
  expect(written.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 25 }, (_, index) => index + 1),
  );
  let previous = Buffer.alloc(32);
  for (const row of written) {
    expect(Buffer.from(row.previous_hash).equals(previous)).toBe(true);
    const text = chainText({ ...row, requestId: row.request_id });
    const expected = hash("sha256", Buffer.concat([previous, Buffer.from(text)]), "buffer");
    expect(Buffer.from(row.hash).equals(expected)).toBe(true);
    previous = Buffer.from(row.hash);
  }
});

test("an event is there exactly if its cause is", async () => {
  const failing = core.db.transaction(async (tx) => {
    await recordEvent(core, tx, { event: "user_created" });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await rows()).toEqual([]);
});

test("[LG-04] what a user agent says can't break a line or a terminal, and is cut", async () => {
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
