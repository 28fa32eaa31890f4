import { unwrap } from "latchkey";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordAlone } from "../../../tests/support/record-alone.ts";
import { createTestAuth, type TestAuth } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import { features } from "../../features.ts";
import type { Core } from "../core.ts";
import { eventMeanings } from "../feature/index.ts";

import { genesisHash, parseAuditHead } from "./head.ts";
import { shortenOldOrigins } from "./retention.ts";
import { rowHash, type SealedFields } from "./row-text.ts";
import { rootOf, sealHash } from "./seal.ts";
import type { SealRow } from "./seal-queries.ts";
import { verifyAudit } from "./verify-audit.ts";

let t: TestAuth;
let core: Core;

beforeEach(async () => {
  t = createTestAuth();
  core = coreOf(t.auth);
  await t.auth.ready();
});

afterEach(() => t.close());

const facts = {
  address: "192.0.2.1",
  userAgent: "test",
  requestId: "request",
  deviceToken: null,
  preSession: null,
  locale: null,
  sessionId: null,
  userId: null,
};

/** Writes rows a second apart, each of a different event, and seals them together. Returns all ids. */
async function sealed(count: number): Promise<string[]> {
  const names = Object.keys(eventMeanings(features));
  for (let index = 0; index < count; index += 1) {
    await recordAlone(core, { event: names[index % names.length]!, subject: `user ${index}`, facts });
    t.clock.advance("1s");
  }
  await core.sealer.seal();
  return (await core.db.all<{ id: string }>("SELECT id FROM audit ORDER BY id")).map(({ id }) => id);
}

const sql = (text: string, ...values: (string | number | Uint8Array | null)[]) =>
  core.db.run(text, ...values);

/** Makes all seals fit their rows and each other again, as a writer of the database can. */
async function rewriteSeals(): Promise<void> {
  let previous: Uint8Array = genesisHash;
  for (const seal of await core.db.all<SealRow>("SELECT * FROM audit_seals ORDER BY number")) {
    const rows = await core.db.all<SealedFields>(
      "SELECT * FROM audit WHERE seal = $1 ORDER BY id",
      seal.number,
    );
    const hashes = Buffer.concat(rows.map(rowHash));
    const root = rootOf(hashes);
    const hash = sealHash(previous, { ...seal, count: rows.length, root });
    await sql(
      "UPDATE audit_seals SET count = $2, root = $3, row_hashes = $4, previous_hash = $5, hash = $6 WHERE number = $1",
      seal.number,
      rows.length,
      root,
      hashes,
      previous,
      hash,
    );
    previous = hash;
  }
}

const fault = async () => (await verifyAudit(core)).fault;

describe("an audit as it was written", () => {
  test("[LG-06] an audit as written is intact, empty or long, and its head names the last seal", async () => {
    const report = { intact: true, unsealed: 0, fault: null };
    expect(await verifyAudit(core)).toEqual({ ...report, rows: 0, head: `seal-0:${"0".repeat(64)}` });
    await sealed(7);
    await sealed(3);
    const last = await core.db.one<{ hash: Uint8Array }>("SELECT hash FROM audit_seals WHERE number = 2");
    const head = `seal-2:${Buffer.from(last!.hash).toString("hex")}`;
    expect(await verifyAudit(core)).toEqual({ ...report, rows: 10, head });
    expect(await unwrap(t.auth.audit.verify({ head }))).toMatchObject({ intact: true });
  });

  test("an audit is sealed before its check, a thousand rows a seal, while other work continues", async () => {
    await sql(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
       INSERT INTO audit (id, time, event, detail) SELECT printf('%08x', i), 0, 'user_created', '{}' FROM n`,
    );
    let turns = 0;
    const counting = setImmediate(function count() {
      turns += 1;
      if (turns < 100) setImmediate(count);
    });
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 2500, unsealed: 0 });
    clearImmediate(counting);
    expect(turns).toBeGreaterThanOrEqual(5);
    const seals = await core.db.all("SELECT count FROM audit_seals ORDER BY number");
    expect(seals).toEqual([{ count: 1000 }, { count: 1000 }, { count: 500 }]);
  });

  test("[PV-01] an audit stays intact when addresses and devices are shortened", async () => {
    await sealed(3);
    const { head } = await verifyAudit(core);
    t.clock.advance("91d");
    expect(await shortenOldOrigins(core)).toBe(3);
    expect(await verifyAudit(core, { head })).toMatchObject({ intact: true, rows: 3 });
  });

  test("the check reports unsealed rows as a number if the store is read-only", async () => {
    await sealed(2);
    await recordAlone(core, { event: "user_created" });
    await sql("CREATE TRIGGER fault BEFORE INSERT ON audit_seals BEGIN SELECT RAISE(ABORT, 'full'); END");
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 3, unsealed: 1 });
    await sql("DROP TRIGGER fault");
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 3, unsealed: 0 });
  });
});

describe("a row that was tampered with is named (case A-LG-08)", () => {
  const fields: [column: string, value: string | number | null][] = [
    ["time", 1],
    ["time", Number.MAX_SAFE_INTEGER],
    ["event", "user_created"],
    ["actor", "somebody"],
    ["subject", null],
    ["request_id", null],
    ["detail", '{"forged":true}'],
  ];

  test.each(fields)("[LG-06] a row with %s changed to %j is named", async (column, value) => {
    const ids = await sealed(5);
    await sql(`UPDATE audit SET ${column} = $1 WHERE id = $2`, value, ids[2]!);
    const found = await fault();
    expect([found?.id, found?.seal, found?.problem]).toEqual([ids[2], 1, "changed"]);
    expect(found?.sentence).toContain(`Row ${ids[2]} (`);
    expect(found?.sentence).toContain(") was changed: ");
  });

  test("[LG-06] a row with an impossible number is named", async () => {
    const ids = await sealed(5);
    await sql("UPDATE audit SET time = 9223372036854775807 WHERE id = $1", ids[2]!);
    expect(await fault()).toMatchObject({ id: ids[2], problem: "changed" });
    await sql("UPDATE audit SET seal = 9223372036854775807 WHERE id = $1", ids[2]!);
    expect(await fault()).toMatchObject({ problem: "missing", seal: 1 });
  });

  test.each([0, 2, 4])("[LG-06] a removed row at place %i is named", async (place) => {
    const ids = await sealed(5);
    await sql("DELETE FROM audit WHERE id = $1", ids[place]!);
    const [before, after] = [ids[place - 1], ids[place + 1]];
    const where = [before && `after row ${before}`, after && `before row ${after}`]
      .filter(Boolean)
      .join(" and ");
    const found = await fault();
    expect(found?.sentence).toContain(`A row of seal 1 is missing ${where}.`);
    // At the ends the seal knows the id.
    const id = place === 2 ? null : ids[place];
    expect(found).toMatchObject({ id, seal: 1, problem: "missing", time: null, event: null });
  });

  test("[LG-06] several removed rows, and all rows of a seal, are named", async () => {
    const ids = await sealed(8);
    await sql("DELETE FROM audit WHERE id IN ($1, $2, $3)", ids[3]!, ids[4]!, ids[5]!);
    expect((await fault())?.sentence).toBe(
      `3 rows of seal 1 are missing after row ${ids[2]} and before row ${ids[6]}.`,
    );
    await sql("DELETE FROM audit");
    expect((await fault())?.sentence).toBe("8 rows of seal 1 are missing.");
  });

  test.each([
    ["in the middle", 2, "5"],
    ["before the first row", 0, "0"],
    ["after the last row", 4, "f"],
  ])("[LG-06] a row added to a seal is named: %s", async (_, place, digit) => {
    const ids = await sealed(5);
    const id = place === 2 ? `${ids[2]!.slice(0, -1)}~` : digit.repeat(8);
    await sql(
      "INSERT INTO audit (id, time, event, detail, seal) VALUES ($1, 0, 'user_created', '{}', 1)",
      id,
    );
    expect(await fault()).toMatchObject({ id, seal: 1, problem: "unexpected" });
  });

  test("[LG-06] a row moved to another place or another seal is named", async () => {
    const ids = await sealed(4);
    await sealed(4);
    await sql("UPDATE audit SET id = $2 WHERE id = $1", ids[1]!, `${ids[2]!.slice(0, -1)}~`);
    expect(await fault()).toMatchObject({ seal: 1, problem: "missing" });
    await sql("UPDATE audit SET id = $1 WHERE id = $2", ids[1]!, `${ids[2]!.slice(0, -1)}~`);
    expect(await fault()).toBeNull();
    await sql("UPDATE audit SET seal = 2 WHERE id = $1", ids[1]!);
    expect(await fault()).toMatchObject({ seal: 1, problem: "missing" });
    await sql("UPDATE audit SET seal = NULL WHERE id = $1", ids[1]!);
    expect(await fault()).toMatchObject({ seal: 1, problem: "missing" });
  });
});

describe("a seal that was tampered with is named (case A-LG-08)", () => {
  const columns: [column: string, value: string | number | Uint8Array][] = [
    ["kind", "chain"],
    ["count", 3],
    ["count", Number.MAX_SAFE_INTEGER],
    ["first_id", "0"],
    ["last_id", "f"],
    ["root", Buffer.alloc(32)],
    ["hash", Buffer.alloc(32)],
    ["hash", Buffer.alloc(0)],
    ["sealed_at", 1],
    ["note", "{}"],
    ["row_hashes", Buffer.alloc(64)],
    ["row_hashes", Buffer.alloc(1)],
  ];

  test.each(columns)("[LG-06] a seal with %s changed to %j is named", async (column, value) => {
    await sealed(2);
    await sealed(2);
    await sealed(2);
    await sql(`UPDATE audit_seals SET ${column} = $1 WHERE number = 2`, value);
    expect(await fault()).toMatchObject({ seal: 2, problem: "changed", id: null });
  });

  test("[LG-06] a seal that doesn't continue the previous one is named", async () => {
    await sealed(2);
    await sealed(2);
    await sql("UPDATE audit_seals SET previous_hash = x'00' WHERE number = 2");
    expect(await fault()).toMatchObject({
      seal: 2,
      problem: "unlinked",
      sentence: expect.stringContaining("doesn't continue seal 1"),
    });
  });

  test("[LG-06] a seal changed together with its rows and hashes is named: the next one doesn't continue it", async () => {
    const ids = await sealed(2);
    await sealed(2);
    await sql("UPDATE audit SET subject = 'an innocent' WHERE id = $1", ids[0]!);
    const next = await core.db.one<SealRow>("SELECT * FROM audit_seals WHERE number = 2");
    await rewriteSeals();
    await sql("UPDATE audit_seals SET previous_hash = $1 WHERE number = 2", next!.previous_hash);
    expect(await fault()).toMatchObject({ seal: 2, problem: "unlinked" });
  });

  test("[LG-06] missing seals are named: in the middle, at the beginning, and at the end with rows left", async () => {
    for (let count = 0; count < 5; count += 1) await sealed(1);
    await sql("DELETE FROM audit_seals WHERE number IN (2, 3)");
    expect((await fault())?.sentence).toBe("Seals 2 to 3 are missing: the next one is seal 4.");
    await sql("DELETE FROM audit_seals WHERE number = 1");
    expect(await fault()).toMatchObject({ seal: 1, problem: "missing" });
    await sql("DELETE FROM audit");
    await sql("DELETE FROM audit_seals");
    await sealed(1);
    const [, second] = await sealed(1);
    await sql("DELETE FROM audit_seals WHERE number = 2");
    expect(await fault()).toMatchObject({ id: second, seal: 2, problem: "missing" });
    // The next seal takes the free number, and the row still stands out.
    await sealed(1);
    expect(await fault()).toMatchObject({ id: second, seal: 2, problem: "unexpected" });
  });

  test("[LG-06] a seal before the first one, and impossible numbers, are named", async () => {
    await sealed(2);
    const copy = (number: string) =>
      sql(
        `INSERT INTO audit_seals SELECT ${number}, kind, count, first_id, last_id, root, previous_hash, hash,
           sealed_at, note, row_hashes FROM audit_seals WHERE number = 1`,
      );
    await copy("-5");
    expect(await fault()).toMatchObject({ seal: -5, problem: "unexpected" });
    await sql("DELETE FROM audit_seals WHERE number = -5");
    await copy("9000000000000000000");
    expect(await fault()).toMatchObject({ seal: 2, problem: "missing" });
  });
});

describe("a head from before", () => {
  test("[LG-06] an earlier head shows that the newest seals and their rows are missing", async () => {
    await sealed(2);
    await sealed(2);
    const { head } = await verifyAudit(core);
    await sql("DELETE FROM audit WHERE seal = 2");
    await sql("DELETE FROM audit_seals WHERE number = 2");
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 2 });
    const found = await verifyAudit(core, { head });
    expect(found).toMatchObject({ intact: false, fault: { seal: 2, problem: "missing" } });
    expect(found.fault?.sentence).toMatch(/^Seal 2 is missing: /);
  });

  test("[LG-06] an earlier head shows rewritten seals, also after further ones", async () => {
    const ids = await sealed(3);
    await sealed(3);
    const { head } = await verifyAudit(core);
    await sql("UPDATE audit SET actor = 'an innocent' WHERE id = $1", ids[1]!);
    await rewriteSeals();
    await sealed(3);
    expect(await verifyAudit(core)).toMatchObject({ intact: true, rows: 9 });
    expect(await verifyAudit(core, { head })).toMatchObject({
      intact: false,
      fault: { seal: 2, problem: "rewritten" },
    });
  });

  test("an earlier head fits all later rows, and an invalid head is refused", async () => {
    const empty = (await verifyAudit(core)).head;
    await sealed(3);
    const { head } = await verifyAudit(core);
    await sealed(3);
    const emptyChain = `0:${"0".repeat(64)}`;
    for (const known of [empty, head, emptyChain]) {
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

  test("[LG-06] a head of a chain that version 0.1 never wrote here is missing", async () => {
    await sealed(1);
    const found = await verifyAudit(core, { head: `3:${"a".repeat(64)}` });
    expect(found.fault).toMatchObject({ sequence: 1, problem: "missing" });
  });
});
