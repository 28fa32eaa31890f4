import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testClock } from "../../doors/testing.ts";
import { silentLogger } from "../../logger.ts";
import { createKeyRing } from "../../platform/crypto/index.ts";
import { type Database, migrate, migrations, openSqlite } from "../../platform/database/index.ts";
import { createOutbox, type Mail, type MailTransport, type Outbox } from "./outbox.ts";

const clock = testClock();
const keys = createKeyRing(["an outbox key"]);
const mail: Mail = {
  kind: "confirm_email",
  to: "anna@example.org",
  subject: "Hello",
  text: "Open https://app.example/confirm-email?token=CANARY",
  html: "<a href='https://app.example/confirm-email?token=CANARY'>",
  links: ["https://app.example/confirm-email?token=CANARY"],
};

let db: Database;
let outboxes: Outbox[];

beforeEach(async () => {
  db = openSqlite(":memory:");
  outboxes = [];
  await migrate(db, "latchkey", migrations, clock);
});

afterEach(async () => {
  for (const outbox of outboxes) await outbox.stop();
  await db.close();
});

function start(transport?: MailTransport, ring = keys): Outbox {
  const outbox = createOutbox({
    db,
    clock,
    keys: ring,
    log: silentLogger,
    from: "x@example.org",
    transport,
    keepMail: true,
  });
  outboxes.push(outbox);
  return outbox;
}

describe("the outbox", () => {
  test("[KY-03] keeps content sealed, and none of it once the mail has left", async () => {
    const sent: string[] = [];
    const outbox = start({ send: async ({ text }) => void sent.push(text) });
    await db.transaction((tx) => outbox.enqueue(tx, mail));
    const before = await db.one<{ content: Uint8Array }>("SELECT content FROM outbox");
    expect(Buffer.from(before?.content as Uint8Array).toString("latin1")).not.toContain("CANARY");
    await outbox.deliver();
    expect(sent).toEqual([mail.text]);
    expect(await db.one("SELECT content FROM outbox")).toEqual({ content: null });
    expect(await outbox.kept()).toEqual([]);
  });

  test("a mail of a transaction that failed doesn't exist", async () => {
    const outbox = start();
    const failing = db.transaction(async (tx) => {
      await outbox.enqueue(tx, mail);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await outbox.deliver();
    expect(await outbox.kept()).toEqual([]);
  });

  test("tries again with growing waits, then gives up and keeps the reason", async () => {
    let tries = 0;
    const outbox = start({
      send: async () => {
        tries += 1;
        throw new Error("the server said no");
      },
    });
    await db.transaction((tx) => outbox.enqueue(tx, mail));
    await outbox.deliver();
    await outbox.deliver();
    expect(tries).toBe(1);
    for (const wait of ["1m", "5m", "30m", "2h", "6h", "12h"] as const) {
      clock.advance(wait);
      await outbox.deliver();
    }
    expect(tries).toBe(7);
    clock.advance("24h");
    await outbox.deliver();
    expect(tries).toBe(7);
    expect(await db.one("SELECT last_error, failed_at IS NOT NULL AS failed FROM outbox")).toEqual({
      last_error: "the server said no",
      failed: 1,
    });
  });

  test("two processes send a mail once", async () => {
    const sent: string[] = [];
    const transport: MailTransport = { send: async ({ id }) => void sent.push(id) };
    const [one, two] = [start(transport), start(transport)];
    for (let count = 0; count < 20; count += 1) await db.transaction((tx) => one.enqueue(tx, mail));
    await Promise.all([one.deliver(), two.deliver()]);
    expect(sent).toHaveLength(20);
    expect(new Set(sent).size).toBe(20);
  });

  test("[KY-02] mail sealed under an older key leaves while that key is configured, and fails loudly after", async () => {
    const outbox = start();
    await db.transaction((tx) => outbox.enqueue(tx, mail));
    await outbox.deliver();
    expect(await start(undefined, createKeyRing(["a newer key", "an outbox key"])).kept()).toHaveLength(1);
    expect(await start(undefined, createKeyRing(["a newer key"])).kept()).toEqual([]);
  });
});
