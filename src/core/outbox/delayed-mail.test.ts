import { afterEach, beforeEach, expect, test } from "vitest";
import { testClock } from "../../adapters/testing.ts";
import { createKeyRing } from "../../platform/crypto/index.ts";
import { type Database, migrate, openSqlite } from "../../platform/database/index.ts";
import { silentLogger } from "../../platform/log/index.ts";
import { migrations } from "../schema/index.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

const clock = testClock();
const mail = { kind: "reset", to: "anna@example.org", subject: "s", text: "t", html: "h", links: [] };

let db: Database;
let outbox: Outbox;
let sent: number;

beforeEach(async () => {
  db = openSqlite(":memory:");
  await migrate(db, "latchkey", migrations, clock);
  sent = 0;
  outbox = createOutbox({
    db,
    clock,
    keys: createKeyRing(["a key"]),
    log: silentLogger,
    from: "x@example.org",
    transport: async () => {
      sent += 1;
    },
    keepMail: false,
  });
});
afterEach(async () => {
  await outbox.stop();
  await db.close();
});

const later = () => db.transaction((tx) => outbox.enqueueLater(tx, mail, 60_000));

test("a delayed mail is sent once, at its time, and delays no other mail", async () => {
  await later();
  await db.transaction((tx) => outbox.enqueue(tx, mail));
  clock.advance(59_999);
  await outbox.deliver();
  expect(sent).toBe(1);
  clock.advance(1);
  await outbox.deliver();
  await outbox.deliver();
  expect(sent).toBe(2);
});

test("a withdrawn mail is never sent, and a sent one stays recorded", async () => {
  const [withdrawn, left] = [await later(), await later()];
  await db.transaction((tx) => outbox.withdraw(tx, withdrawn));
  clock.advance("1m");
  await outbox.deliver();
  expect(sent).toBe(1);
  await db.transaction((tx) => outbox.withdraw(tx, left));
  expect(await db.all("SELECT id FROM outbox")).toEqual([{ id: left }]);
});

test("a withdrawal whose transaction fails has no effect", async () => {
  const id = await later();
  const failing = db.transaction(async (tx) => {
    await outbox.withdraw(tx, id);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  clock.advance("1m");
  await outbox.deliver();
  expect(sent).toBe(1);
});
