import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../../tests/support/command-line.ts";
import { createTestAuth, type TestAuth } from "../adapters/testing.ts";
import type { SendMail } from "../core/outbox/index.ts";

let t: TestAuth;
let send: SendMail;
let sent: string[];

beforeEach(() => {
  sent = [];
  send = async ({ to }) => void sent.push(to);
  t = createTestAuth({ mail: { transport: (mail, context) => send(mail, context) } });
});

afterEach(() => t.close());

const run = (line: string) => runCommand(line.split(" "), { auth: t.auth });

interface Listed {
  id: string;
  kind: string;
  recipient: string;
  state: string;
  attempts: number;
}

const list = async (options = ""): Promise<Listed[]> =>
  JSON.parse((await run(`outbox list${options} --json`)).out).mails;

async function mailTo(address: string): Promise<void> {
  await t.auth.account.register(
    { email: address, password: "a quiet teapot in the rain" },
    t.auth.context({ address: "192.0.2.1" }),
  );
  await t.auth.deliverMail();
}

/** One sent mail, one that waits for its next attempt, one that was given up. */
async function threeMails(): Promise<void> {
  await mailTo("sent@example.org");
  send = () => Promise.reject(Object.assign(new Error("550 no such mailbox"), { retry: false }));
  t.clock.advance("1s");
  await mailTo("failed@example.org");
  send = () => Promise.reject(new Error("the server is down"));
  t.clock.advance("1s");
  await mailTo("waiting@example.org");
}

describe("outbox list", () => {
  test("outbox list shows waiting mail, newest first, and nothing of its text", async () => {
    await threeMails();
    expect(await list()).toEqual([
      {
        id: expect.any(String),
        kind: "confirm_email",
        recipient: "waiting@example.org",
        state: "waiting",
        created_at: "2026-01-01T00:00:02.000Z",
        attempts: 1,
        next_attempt_at: "2026-01-01T00:01:02.000Z",
        sent_at: null,
        failed_at: null,
        last_error: "the server is down",
      },
      expect.objectContaining({
        recipient: "failed@example.org",
        state: "failed",
        next_attempt_at: null,
        failed_at: "2026-01-01T00:00:01.000Z",
        last_error: "550 no such mailbox",
      }),
    ]);
    const { out } = await run("outbox list");
    expect(out.trimEnd().split("\n")).toHaveLength(3);
    expect(out).toMatch(/waiting@example\.org +waiting +2026-01-01T00:00:02\.000Z +1 +2026-01-01T00:01:02/);
    expect(out).not.toMatch(/token|http/);
  });

  test("outbox list filters by state, up to a limit", async () => {
    await threeMails();
    const states = async (options: string) => (await list(options)).map(({ state }) => state);
    expect(await states(" --state waiting")).toEqual(["waiting"]);
    expect(await states(" --state failed")).toEqual(["failed"]);
    expect(await states(" --state all")).toEqual(["waiting", "failed", "sent"]);
    expect(await states(" --state all --limit 2")).toEqual(["waiting", "failed"]);
    for (const wrong of ["--state dead", "--limit 0", "--limit 1001"]) {
      expect((await run(`outbox list ${wrong}`)).code).toBe(2);
    }
  });

  test("outbox list reports an empty list", async () => {
    const said = await Promise.all(
      ["", " --state waiting", " --state failed", " --state all"].map((options) =>
        run(`outbox list${options}`),
      ),
    );
    expect(said.map(({ out }) => out)).toEqual([
      "All mail was sent.\n",
      "No mail waits.\n",
      "No mail was given up.\n",
      "The outbox is empty.\n",
    ]);
  });

  test("texts of mail servers can't control the terminal", async () => {
    send = () => Promise.reject(new Error("550 \u001b[2Jno"));
    await mailTo("ann@example.org");
    expect((await run("outbox list")).out).toContain("550 ?[2Jno");
  });
});

describe("outbox retry", () => {
  test("outbox retry makes a failed mail due again, with all its attempts", async () => {
    await threeMails();
    const [failed] = await list(" --state failed");
    send = async ({ to }) => void sent.push(to);
    const { code, out } = await run(`outbox retry ${failed?.id}`);
    expect([code, out]).toEqual([0, "1 mail will be tried again within a minute.\n"]);
    await t.auth.deliverMail();
    expect(sent).toEqual(["sent@example.org", "failed@example.org"]);
    expect((await list(" --state all")).find(({ id }) => id === failed?.id)).toMatchObject({
      state: "sent",
      attempts: 1,
    });
  });

  test("outbox retry refuses a waiting, a sent and an unknown mail", async () => {
    await threeMails();
    const [waiting, , left] = await list(" --state all");
    for (const id of [waiting?.id, left?.id, "nonsense"]) {
      const { code, error } = await run(`outbox retry ${id}`);
      expect([code, error]).toEqual([
        1,
        `No mail that was given up has the id "${id}": see them with "latchkey outbox list --state failed".\n`,
      ]);
    }
    await t.auth.deliverMail();
    expect(sent).toEqual(["sent@example.org"]);
  });

  test("outbox retry --all takes every failed mail", async () => {
    send = () => Promise.reject(Object.assign(new Error("no"), { retry: false }));
    for (const name of ["ann", "bob"]) await mailTo(`${name}@example.org`);
    send = async ({ to }) => void sent.push(to);
    expect(JSON.parse((await run("outbox retry --all --json")).out)).toEqual({ retried: 2 });
    await t.auth.deliverMail();
    expect(sent.sort()).toEqual(["ann@example.org", "bob@example.org"]);
    expect((await run("outbox retry --all")).out).toBe("0 mails will be tried again within a minute.\n");
  });

  test("outbox retry needs either an id or --all", async () => {
    for (const line of ["outbox retry", "outbox retry some-id --all"]) {
      const { code, error } = await run(line);
      expect(code).toBe(2);
      expect(error).toContain("Usage: latchkey outbox retry [ID] [--all] [--json]");
    }
  });
});
