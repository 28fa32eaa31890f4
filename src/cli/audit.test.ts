import { unwrap } from "latchkey";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../../tests/support/command-line.ts";
import { createTestAuth, type TestAuth } from "../adapters/testing.ts";
import { coreOf } from "../assemble.ts";
import { emitAlone } from "../core/events/index.ts";

let t: TestAuth;
let ada: string;
let bob: string;

beforeEach(async () => {
  t = createTestAuth();
  const make = async (email: string) => (await unwrap(t.auth.users.create({ email }))).user.id;
  ada = await make("ada@example.org");
  bob = await make("bob@example.org");
  await t.auth.database.run("DELETE FROM audit");
  const record = (entry: Parameters<typeof emitAlone>[1]) => emitAlone(coreOf(t.auth), entry);
  await record({ event: "user_created", actor: "operator", subject: ada });
  await record({ event: "user_created", actor: "operator", subject: bob });
  await record({
    event: "authn_login_success",
    actor: ada,
    subject: ada,
    detail: { method: "password", known_device: false },
  });
  await record({ event: "authn_login_fail", subject: bob, detail: { method: "password" } });
  t.clock.advance("1m");
  await record({ event: "user_disabled", actor: ada, subject: bob });
});

afterEach(() => t.close());

/** The id of the row at this place, from 1. */
async function idOf(place: number): Promise<string> {
  const rows = await t.auth.database.all<{ id: string }>("SELECT id FROM audit ORDER BY id");
  return rows[place - 1]?.id ?? "";
}

const run = (...words: string[]) => runCommand(words, { auth: t.auth });

const headOf = (out: string): string => /head (\S+)/.exec(out)?.[1] ?? "";

describe("audit verify", () => {
  test("[LG-06] audit verify prints an intact audit and its head in one line", async () => {
    const { code, out } = await run("audit", "verify");
    expect([code, out]).toEqual([0, expect.stringMatching(/^\d rows, intact, head seal-1:[0-9a-f]{64}\n$/)]);
    await emitAlone(coreOf(t.auth), { event: "user_enabled", actor: "operator", subject: bob });
    expect((await run("audit", "verify", "--head", headOf(out))).code).toBe(0);
    const report = JSON.parse((await run("audit", "verify", "--json")).out);
    expect(report).toEqual({
      intact: true,
      rows: 6,
      unsealed: 0,
      head: expect.stringMatching(/^seal-2:/),
      fault: null,
    });
  });

  test("[LG-06] audit verify names the wrong row, on one line, with exit code 1", async () => {
    await unwrap(t.auth.audit.verify());
    const id = await idOf(3);
    await t.auth.database.run("UPDATE audit SET event = $2 WHERE id = $1", id, "user\u001b[2J\nenabled");
    const { code, out } = await run("audit", "verify");
    const said = `Row ${id} (user?[2J?enabled, 2026-01-01T00:00:00.000Z) was changed: its hash isn't the one in seal 1.`;
    expect([code, out]).toEqual([1, `${said} 5 rows checked.\n`]);
    const asJson = await run("audit", "verify", "--json");
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.out)).toMatchObject({
      intact: false,
      rows: 5,
      fault: { id, seal: 1, time: "2026-01-01T00:00:00.000Z", event: "user?[2J?enabled", problem: "changed" },
    });
  });

  test("[LG-06] audit verify with an earlier head detects missing newest rows", async () => {
    await unwrap(t.auth.audit.verify());
    await emitAlone(coreOf(t.auth), { event: "user_enabled", actor: "operator", subject: bob });
    const head = headOf((await run("audit", "verify")).out);
    await t.auth.database.run("DELETE FROM audit WHERE seal = 2");
    await t.auth.database.run("DELETE FROM audit_seals WHERE number = 2");
    expect((await run("audit", "verify")).code).toBe(0);
    const { code, out } = await run("audit", "verify", "--head", head);
    expect(code).toBe(1);
    expect(out).toMatch(/^Seal 2 is missing: /);
  });

  test("audit verify takes a head as printed, and its help names what it can't detect without one", async () => {
    for (const wrong of ["", "5", "5:abc", "seal-1:abc", `x:${"0".repeat(64)}`]) {
      expect((await run("audit", "verify", `--head=${wrong}`)).code).toBe(2);
    }
    expect((await run("help", "audit", "verify")).out).toContain(
      "Only that shows that the newest rows were removed",
    );
  });
});

describe("audit list", () => {
  const events = async (...options: string[]): Promise<string[]> => {
    const { events } = JSON.parse((await run("audit", "list", ...options, "--json")).out);
    return events.map(({ event }: { event: string }) => event);
  };

  test("[LG-06] audit list shows each event's actor, account and time, newest first", async () => {
    const { code, out } = await run("audit", "list");
    const lines = out.trimEnd().split("\n");
    expect([code, lines.length]).toEqual([0, 6]);
    const id = await idOf(5);
    expect(lines[1]).toMatch(
      new RegExp(`^${id} +2026-01-01T00:01:00.000Z +user_disabled +${ada} +${bob} +-`),
    );
    const { events } = JSON.parse((await run("audit", "list", "--limit", "1", "--json")).out);
    expect(events).toEqual([
      {
        id,
        time: "2026-01-01T00:01:00.000Z",
        event: "user_disabled",
        actor: ada,
        subject: bob,
        request_id: null,
        address: null,
        user_agent: null,
        detail: {},
      },
    ]);
  });

  test("audit list filters by actor, by account and by event", async () => {
    expect(await events("--actor", "operator")).toEqual(["user_created", "user_created"]);
    expect(await events("--actor", "ada@example.org")).toEqual(["user_disabled", "authn_login_success"]);
    expect(await events("--actor", bob)).toEqual([]);
    const aboutBob = ["user_disabled", "authn_login_fail", "user_created"];
    expect(await events("--subject", "bob@example.org")).toEqual(aboutBob);
    expect(await events("--actor", ada, "--subject", bob)).toEqual(["user_disabled"]);
    expect(await events("--event", "user_created", "--subject", bob)).toEqual(["user_created"]);
    expect((await run("audit", "list", "--subject", bob.replace(/.$/, "z"))).code).toBe(1);
    expect((await run("audit", "list", "--event", "user_deleted")).out).toBe("No events match.\n");
  });

  test("audit list continues after the previous page", async () => {
    const pages: string[] = [];
    let cursor: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const page = JSON.parse((await run("audit", "list", "--limit", "2", ...cursor, "--json")).out);
      pages.push(page.events.map(({ event }: { event: string }) => event).join());
      cursor = ["--cursor", String(page.next_cursor)];
      if (count === 2) expect(page.next_cursor).toBeNull();
    }
    expect(pages).toEqual([
      "user_disabled,authn_login_fail",
      "authn_login_success,user_created",
      "user_created",
    ]);
    expect((await run("audit", "list", "--limit", "2")).out).toContain(`add --cursor ${await idOf(4)}`);
  });

  test("[LG-04] audit list prints no control characters, and no row ends the list", async () => {
    await t.auth.database.run(
      "UPDATE audit SET event = $1, detail = $2, time = 9223372036854775807 WHERE id = $3",
      "\u001b[2J\nforged",
      '{"reason":"\\u001b]0;title\\u0007"',
      await idOf(2),
    );
    const { code, out } = await run("audit", "list");
    expect([code, out.trimEnd().split("\n").length]).toEqual([0, 6]);
    expect(out.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  test("audit list refuses unknown options", async () => {
    for (const options of [
      ["--event", "nonsense"],
      ["--event", "constructor"],
      ["--limit", "0"],
      ["--cursor", "x"],
    ]) {
      expect([options, (await run("audit", "list", ...options)).code]).toEqual([options, 2]);
    }
    expect((await run("audit", "list", "--actor", "nobody@example.org")).code).toBe(1);
  });
});
