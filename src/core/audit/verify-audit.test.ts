import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";
import type { Core } from "../core.ts";
import { chainHash, genesisHash, recordAlone } from "./audit.ts";
import { type AuditEvent, auditEvents } from "./audit-events.ts";
import { shortenOldOrigins } from "./retention.ts";
import { parseAuditHead, verifyAudit } from "./verify-audit.ts";

let t: TestAuth;
let core: Core;

beforeEach(async () => {
  t = createTestAuth();
  core = t.auth.core;
  await t.auth.ready();
});

afterEach(() => t.close());

const facts = {
  address: "192.0.2.1",
  userAgent: "test",
  requestId: "request",
  deviceToken: null,
  preSession: null,
  sessionId: null,
  userId: null,
};

/** Rows 1 to `count`, a second apart; each of its own event, so that one is told from another. */
async function written(count: number): Promise<void> {
  const names = Object.keys(auditEvents) as AuditEvent[];
  for (let index = 0; index < count; index += 1) {
    await recordAlone(core, { event: names[index % names.length]!, subject: `user ${index}`, facts });
    t.clock.advance("1s");
  }
}

const sql = (text: string, ...values: (string | number | Uint8Array | null)[]) =>
  core.db.run(text, ...values);

/** Makes hashes and links right again from a row on, as somebody does who can write to the database. */
async function recompute(from: number): Promise<void> {
  const rows = await core.db.all<Parameters<typeof chainHash>[1] & { hash: Uint8Array; request_id: string }>(
    "SELECT * FROM audit ORDER BY sequence",
  );
  let previous: Uint8Array = genesisHash;
  for (const row of rows) {
    const hash = row.sequence < from ? row.hash : chainHash(previous, { ...row, requestId: row.request_id });
    await sql(
      "UPDATE audit SET previous_hash = $2, hash = $3 WHERE sequence = $1",
      row.sequence,
      previous,
      hash,
    );
    previous = hash;
  }
}

describe("a chain that nobody touched", () => {
  test("[LG-06] is intact, empty or long, and its head says where it ends", async () => {
    expect(await verifyAudit(core)).toEqual({
      intact: true,
      rows: 0,
      head: `0:${"0".repeat(64)}`,
      fault: null,
    });
    await written(7);
    const last = await core.db.one<{ hash: Uint8Array }>("SELECT hash FROM audit WHERE sequence = 7");
    const head = `7:${Buffer.from(last!.hash).toString("hex")}`;
    expect(await verifyAudit(core)).toEqual({ intact: true, rows: 7, head, fault: null });
    expect(await t.auth.audit.verify({ head })).toMatchObject({ intact: true });
  });

  test("is read a page at a time, and other work goes on in between", async () => {
    await core.db.transaction(async () => undefined);
    await sql(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
       INSERT INTO audit (sequence, time, event, detail, previous_hash, hash)
       SELECT i, 0, 'user_created', '{}', zeroblob(32), zeroblob(32) FROM n`,
    );
    await recompute(1);
    const read = vi.spyOn(core.db, "all");
    let turns = 0;
    const counting = setImmediate(function count() {
      turns += 1;
      if (turns < 100) setImmediate(count);
    });
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 2500 });
    clearImmediate(counting);
    expect(read).toHaveBeenCalledTimes(6);
    for (const { value } of read.mock.results) expect((await value).length).toBeLessThanOrEqual(500);
    expect(turns).toBeGreaterThanOrEqual(5);
  });

  test("[PV-01] stays whole when addresses and devices are shortened", async () => {
    await written(3);
    const { head } = await verifyAudit(core);
    t.clock.advance("91d");
    expect(await shortenOldOrigins(core)).toBe(3);
    expect(await verifyAudit(core, { head })).toMatchObject({ intact: true, rows: 3 });
  });
});

describe("what was tampered with is named (case A-LG-08)", () => {
  const at = (sequence: number) => new Date(Date.UTC(2026, 0, 1) + (sequence - 1) * 1000).toISOString();

  const fields: [column: string, value: string | number | null][] = [
    ["time", 1],
    ["time", Number.MAX_SAFE_INTEGER],
    ["event", "user_created"],
    ["actor", "somebody"],
    ["subject", null],
    ["request_id", null],
    ["detail", '{"forged":true}'],
  ];

  test.each(fields)("[LG-06] a row whose %s became %j", async (column, value) => {
    await written(5);
    await sql(`UPDATE audit SET ${column} = $1 WHERE sequence = 3`, value);
    const { intact, rows, fault } = await verifyAudit(core);
    expect([intact, rows, fault?.sequence, fault?.problem]).toEqual([false, 3, 3, "changed"]);
    expect(fault?.sentence).toMatch(/^Row 3 \(.+\) was changed: /);
  });

  test("[LG-06] a number that no program of ours can write", async () => {
    await written(5);
    await sql("UPDATE audit SET time = 9223372036854775807 WHERE sequence = 3");
    expect((await verifyAudit(core)).fault).toMatchObject({ sequence: 3, problem: "changed" });
    await sql("DELETE FROM audit");
    await sql(
      `INSERT INTO audit (sequence, time, event, detail, previous_hash, hash)
       VALUES (1, 0, 'user_created', '{}', zeroblob(32), zeroblob(32))`,
    );
    // Inserted so at once, newer versions of Node would refuse to tell the number.
    await sql("UPDATE audit SET sequence = 9223372036854775807");
    expect((await verifyAudit(core)).fault).toMatchObject({ sequence: 1, problem: "missing" });
  });

  test("[LG-06] a hash, or the link to the row before", async () => {
    await written(5);
    await sql("UPDATE audit SET hash = zeroblob(32) WHERE sequence = 3");
    expect((await verifyAudit(core)).fault).toMatchObject({ sequence: 3, problem: "changed" });
    await recompute(3);
    await sql("UPDATE audit SET previous_hash = x'00' WHERE sequence = 4");
    expect((await verifyAudit(core)).fault).toMatchObject({
      sequence: 4,
      problem: "unlinked",
      sentence: expect.stringContaining("doesn't continue row 3"),
    });
  });

  test("[LG-06] a row that was changed together with its hash: the next one doesn't continue it", async () => {
    await written(5);
    const next = await core.db.one<{ previous_hash: Uint8Array }>(
      "SELECT previous_hash FROM audit WHERE sequence = 4",
    );
    await sql("UPDATE audit SET detail = '{}', subject = 'somebody else' WHERE sequence = 3");
    await recompute(3);
    await sql("UPDATE audit SET previous_hash = $1 WHERE sequence = 4", next!.previous_hash);
    expect((await verifyAudit(core)).fault).toMatchObject({ sequence: 4, problem: "unlinked" });
  });

  test("[LG-06] rows that are gone, at the beginning and in the middle", async () => {
    await written(8);
    await sql("DELETE FROM audit WHERE sequence BETWEEN 4 AND 6");
    const { fault, rows } = await verifyAudit(core);
    expect(rows).toBe(4);
    expect(fault).toEqual({
      sequence: 4,
      time: null,
      event: null,
      problem: "missing",
      sentence: `Rows 4 to 6 are missing: the next one is row 7 (authn_password_change_fail, ${at(7)}).`,
    });
    await sql("DELETE FROM audit WHERE sequence = 1");
    expect((await verifyAudit(core)).fault).toMatchObject({
      sequence: 1,
      sentence: expect.stringMatching(/^Row 1 is missing: /),
    });
  });

  test("[LG-06] rows that closed the gap behind a removed one", async () => {
    await written(5);
    await sql("DELETE FROM audit WHERE sequence = 3");
    await sql("UPDATE audit SET sequence = sequence - 1 WHERE sequence > 3");
    expect((await verifyAudit(core)).fault).toMatchObject({ sequence: 3, problem: "unlinked" });
  });

  test("[LG-06] rows that changed their places", async () => {
    await written(5);
    await sql("UPDATE audit SET sequence = 100 WHERE sequence = 2");
    await sql("UPDATE audit SET sequence = 2 WHERE sequence = 3");
    await sql("UPDATE audit SET sequence = 3 WHERE sequence = 100");
    expect((await verifyAudit(core)).fault).toMatchObject({ sequence: 2, problem: "unlinked" });
  });

  test.each([0, -5])("[LG-06] a row put in before the first, as number %i", async (sequence) => {
    await written(2);
    await sql(
      `INSERT INTO audit (sequence, time, event, detail, previous_hash, hash)
       SELECT $1, time, event, detail, previous_hash, hash FROM audit WHERE sequence = 1`,
      sequence,
    );
    expect((await verifyAudit(core)).fault).toMatchObject({ sequence, problem: "unexpected" });
  });
});

describe("a head from before", () => {
  test("[LG-06] shows that the newest rows are gone, which the chain alone can't", async () => {
    await written(6);
    const { head } = await verifyAudit(core);
    await sql("DELETE FROM audit WHERE sequence > 4");
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 4 });
    expect(await verifyAudit(core, { head })).toMatchObject({
      intact: false,
      fault: {
        sequence: 5,
        problem: "missing",
        sentence: expect.stringMatching(/^Rows 5 to 6 are missing: /),
      },
    });
    await sql("DELETE FROM audit");
    expect(await verifyAudit(core, { head })).toMatchObject({ intact: false, fault: { sequence: 1 } });
  });

  test("[LG-06] shows that the chain was made anew from a row on, also when it went on growing", async () => {
    await written(6);
    const { head } = await verifyAudit(core);
    await sql("UPDATE audit SET actor = 'an innocent' WHERE sequence = 2");
    await recompute(2);
    await written(3);
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 9 });
    expect(await verifyAudit(core, { head })).toMatchObject({
      intact: false,
      rows: 6,
      fault: { sequence: 6, problem: "rewritten" },
    });
  });

  test("is good for every later chain, and refused when it is none", async () => {
    const empty = (await verifyAudit(core)).head;
    await written(3);
    const { head } = await verifyAudit(core);
    await written(3);
    for (const known of [empty, head]) {
      expect(await verifyAudit(core, { head: known })).toMatchObject({ intact: true, rows: 6 });
    }
    for (const wrong of [
      "",
      "3",
      head.slice(0, -1),
      `${head}0`,
      head.toUpperCase(),
      `-1:${"0".repeat(64)}`,
    ]) {
      expect([wrong, parseAuditHead(wrong)]).toEqual([wrong, null]);
      await expect(verifyAudit(core, { head: wrong })).rejects.toThrow(TypeError);
    }
  });
});
