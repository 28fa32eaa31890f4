import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { unwrap } from "latchkey";
import { testClock } from "latchkey/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import facts from "../fixtures/schema-0.1/facts.json" with { type: "json" };
import { createSite, type Site } from "../support/site.ts";

/*
 * This version opens a database of version 0.1. Its accounts, sessions and links continue, and its audit stays as
 * verifiable as before. See the README beside the fixture.
 */

let folder: string;
let site: Site | undefined;
const file = () => join(folder, "latchkey.db");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-0.1-"));
  copyFileSync(new URL("../fixtures/schema-0.1/latchkey.db", import.meta.url), file());
});
afterEach(async () => {
  await site?.close();
  site = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Changes the file before it is opened by this version. */
function alterFile(sql: string): void {
  const db = new DatabaseSync(file());
  db.exec(sql);
  db.close();
}

async function opened(): Promise<Site> {
  site = createSite({
    database: `sqlite:${file()}`,
    secretKeys: [facts.secretKey],
    clock: testClock(facts.now),
    login: { mail: true },
  });
  await site.auth.ready();
  return site;
}

const { password, anna, berta, audit } = facts;

describe("accounts of a database of version 0.1", () => {
  test("an old account signs in by address and by username, and a wrong password is refused", async () => {
    const { browser } = await opened();
    const status = async (login: string, typed = password) =>
      (await browser().postJson("/login", { login, password: typed })).status;
    expect(await status(anna.email)).toBe(200);
    expect(await status(berta.username)).toBe(200);
    expect(await status(anna.email, "a wrong teapot")).toBe(401);
  });

  test("an old session stays signed in, with its rights", async () => {
    const { browser, signedIn } = await opened();
    const here = browser({ cookie: anna.cookie });
    expect((await here.get("/dashboard")).text).toBe(`private of ${anna.email}`);
    expect((await here.get("/admin")).status).toBe(403);
    expect((await (await signedIn(berta.email)).get("/admin")).status).toBe(200);
  });

  test("an old registration is confirmed by its mailed link", async () => {
    const { browser } = await opened();
    const { cookie, email, token } = facts.registration;
    const carl = browser({ cookie });
    expect((await carl.postForm("/confirm-email", { token })).status).toBe(303);
    expect((await carl.get("/dashboard")).text).toBe(`private of ${email}`);
  });

  test("an old mailed link chooses a new password", async () => {
    const { browser } = await opened();
    const chosen = "another quiet teapot";
    const answer = await browser().postForm("/reset-password", {
      token: facts.reset.token,
      password: chosen,
    });
    expect(answer.status).toBe(303);
    expect((await browser().postJson("/login", { login: berta.email, password: chosen })).status).toBe(200);
  });

  test("an old mailed link confirms another address", async () => {
    const { auth, browser } = await opened();
    const { email, token } = facts.emailChange;
    const answer = await browser({ cookie: anna.cookie }).postForm("/confirm-email-change", { token });
    expect(answer.status).toBe(303);
    expect((await unwrap(auth.users.find({ who: email }))).user?.emailVerified).toBe(true);
  });

  test("[TH-10] an old account gets a notice of a new device only after an earlier sign-in", async () => {
    const { auth, browser, mails } = await opened();
    for (const { email } of [anna, facts.neverSignedIn]) {
      expect((await browser().postJson("/login", { login: email, password })).status).toBe(200);
    }
    await auth.deliverMail();
    const told = (await mails()).filter(({ kind }) => kind === "new_device").map(({ to }) => to);
    expect(told).toEqual([anna.email]);
  });

  test("[LG-07] the activity shows events from before and after the upgrade", async () => {
    const { browser } = await opened();
    const here = browser({ cookie: anna.cookie });
    await browser().postJson("/login", { login: anna.email, password: "a wrong teapot" });
    const shown = (await here.get("/account/activity", { accept: "application/json" })).json<{
      events: { event: string; time: string }[];
    }>();
    const times = shown.events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted().reverse());
    expect(shown.events[0]?.event).toBe("authn_login_fail");
    expect(shown.events.at(-1)?.event).toBe("user_created");
  });
});

describe("the audit of a database of version 0.1", () => {
  test("[LG-06] the old audit becomes the first seal and stays verifiable, by its old head too", async () => {
    const { auth, log } = await opened();
    const report = await unwrap(auth.audit.verify({ head: audit.head }));
    expect(report).toMatchObject({ intact: true, rows: audit.rows, unsealed: 0, fault: null });
    expect(report.head).toMatch(/^seal-1:/);
    expect(log.map(({ message }) => message)).toContain("audit sealed");
    await unwrap(auth.users.create({ email: "later@example.org" }));
    const later = await unwrap(auth.audit.verify({ head: report.head }));
    // The account, and the link for choosing its password.
    expect(later).toMatchObject({ intact: true, rows: audit.rows + 2 });
    expect(await unwrap(auth.audit.verify({ head: audit.head }))).toMatchObject({ intact: true });
    expect((await unwrap(auth.audit.list({ limit: 100 }))).records).toHaveLength(audit.rows + 2);
  });

  test("[LG-06] the old audit shows by a head of another chain that it was rewritten or cut", async () => {
    const { auth } = await opened();
    const other = await unwrap(auth.audit.verify({ head: `5:${"a".repeat(64)}` }));
    expect(other.fault).toMatchObject({ sequence: 5, problem: "rewritten" });
    const longer = await unwrap(auth.audit.verify({ head: `${audit.rows + 2}:${"a".repeat(64)}` }));
    expect(longer.fault).toMatchObject({ sequence: audit.rows + 1, problem: "missing" });
  });

  const tampering: [what: string, sql: string, fault: object][] = [
    ["changed", "UPDATE audit SET actor = 'x' WHERE sequence = 5", { sequence: 5, problem: "changed" }],
    ["moved in time", "UPDATE audit SET time = -1 WHERE sequence = 5", { sequence: 5, problem: "changed" }],
    ["removed", "DELETE FROM audit WHERE sequence IN (5, 6)", { sequence: 5, problem: "missing" }],
    [
      "unlinked",
      "UPDATE audit SET previous_hash = x'00' WHERE sequence = 5",
      { sequence: 5, problem: "unlinked" },
    ],
    ["rehashed", "UPDATE audit SET hash = x'00' WHERE sequence = 5", { sequence: 5, problem: "changed" }],
    [
      "put in before the first",
      `INSERT INTO audit (sequence, time, event, detail, previous_hash, hash)
       SELECT 0, time, event, detail, previous_hash, hash FROM audit WHERE sequence = 1`,
      { sequence: 0, problem: "unexpected" },
    ],
    [
      "swapped with the next",
      `UPDATE audit SET sequence = 100 WHERE sequence = 5; UPDATE audit SET sequence = 5 WHERE sequence = 6;
       UPDATE audit SET sequence = 6 WHERE sequence = 100`,
      { sequence: 5, problem: "unlinked" },
    ],
    [
      "given a number that JavaScript can't hold",
      "UPDATE audit SET time = 9223372036854775807 WHERE sequence = 5",
      { sequence: 5, problem: "changed" },
    ],
  ];

  test.each(tampering)(
    "[LG-06] the old audit opens with a row that was %s, and always names it",
    async (_, sql, fault) => {
      alterFile(sql);
      const { auth, log } = await opened();
      const report = await unwrap(auth.audit.verify());
      expect(report).toMatchObject({ intact: false, fault });
      expect(log).toContainEqual({
        level: "warn",
        message: "the audit is not what was written",
        fields: { found: report.fault?.sentence },
      });
      const [seal] = await auth.database.all<{ kind: string; note: string }>("SELECT * FROM audit_seals");
      expect(seal).toMatchObject({ kind: "chain", note: expect.stringContaining(`"fault":{"sequence":`) });
      // Accounts and later seals are unaffected.
      await unwrap(auth.users.create({ email: "later@example.org" }));
      const later = await unwrap(auth.audit.verify());
      expect(later).toMatchObject({ head: expect.stringMatching(/^seal-2:/), fault });
      // A fault in a later seal isn't hidden behind the old one.
      await auth.database.run("UPDATE audit SET actor = 'x' WHERE seal = 2");
      expect((await unwrap(auth.audit.verify())).fault).toMatchObject({ seal: 2, problem: "changed" });
    },
  );

  test.each(
    tampering.filter(([what]) => what !== "put in before the first" && what !== "swapped with the next"),
  )("[LG-06] the check finds a row that was %s after the move", async (_, sql, fault) => {
    const { auth } = await opened();
    await unwrap(auth.audit.verify());
    await auth.database.run(sql);
    expect((await unwrap(auth.audit.verify())).fault).toMatchObject(fault);
  });

  test("[LG-06] the check finds old rows that left or entered their seal, or changed their ids", async () => {
    const { auth } = await opened();
    await unwrap(auth.audit.verify());
    const run = (sql: string) => auth.database.run(sql);
    const fault = async () => (await unwrap(auth.audit.verify())).fault;
    await run("UPDATE audit SET sequence = NULL WHERE sequence = 5");
    expect(await fault()).toMatchObject({ sequence: 5, problem: "missing" });
    await run("UPDATE audit SET sequence = 5 WHERE sequence IS NULL");
    expect(await fault()).toBeNull();
    await run(`UPDATE audit SET sequence = NULL WHERE sequence = ${audit.rows}`);
    expect(await fault()).toMatchObject({ seal: 1, problem: "rewritten" });
    await run(`UPDATE audit SET sequence = ${audit.rows} WHERE sequence IS NULL`);
    await run("INSERT INTO audit (id, time, event, detail, seal) VALUES ('5', 0, 'user_created', '{}', 1)");
    expect(await fault()).toMatchObject({ id: "5", problem: "unexpected" });
    await run("DELETE FROM audit WHERE id = '5'");
    await run("UPDATE audit SET id = '5' WHERE sequence = 5");
    expect(await fault()).toMatchObject({ seal: 1, problem: "rewritten" });
  });

  test("[LG-06] the check finds a chain that was completely rewritten after its seal", async () => {
    alterFile("UPDATE audit SET actor = 'x' WHERE sequence = 5");
    const { auth } = await opened();
    await unwrap(auth.audit.verify());
    await auth.database.run("DELETE FROM audit WHERE sequence >= 5");
    const { fault } = await unwrap(auth.audit.verify());
    expect(fault).toMatchObject({ seal: 1, problem: "rewritten" });
    expect(fault?.sentence).toMatch(/^Rows from before seal 1 were changed after 2026-/);
  });

  test("old rows get ids that sort by time and reveal no number of rows", async () => {
    const { auth } = await opened();
    const rows = await auth.database.all<{ id: string; time: number; sequence: number }>(
      "SELECT id, time, sequence FROM audit ORDER BY id",
    );
    expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1));
    for (const { id, time } of rows) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(time);
    }
  });
});
