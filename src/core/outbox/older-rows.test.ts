import { expect, test } from "vitest";
import { testClock } from "../../adapters/testing.ts";
import { createKeyRing, seal } from "../../platform/crypto/index.ts";
import { migrate, openSqlite } from "../../platform/database/index.ts";
import { silentLogger } from "../../platform/log/index.ts";
import { migrations } from "../schema/index.ts";
import { createOutbox } from "./outbox.ts";

test("mails and jobs from before the work queues continue, each in its queue", async () => {
  const clock = testClock();
  const keys = createKeyRing(["an outbox key"]);
  const db = openSqlite(":memory:");
  const before = migrations.filter(({ id }) => id < 6);
  await migrate(db, "latchkey", before, clock);
  const content = { subject: "Hello", text: "", html: "", links: [] };
  for (const [kind, stored] of [
    ["confirm_email", content],
    ["errand:forgot_password", { page: "one" }],
    ["errand:after", { hook: "userCreated" }],
  ] as const)
    await db.run(
      "INSERT INTO outbox (id, kind, recipient, content, created_at, send_after) VALUES ($1, $1, 'a@example.org', $2, 0, 0)",
      kind,
      seal(keys, "outbox", JSON.stringify(stored)),
    );
  await migrate(db, "latchkey", migrations, clock);
  expect(await db.all("SELECT queue, kind FROM outbox ORDER BY queue")).toEqual([
    { queue: "jobs", kind: "forgot_password" },
    { queue: "listeners", kind: "after" },
    { queue: "mail", kind: "confirm_email" },
  ]);

  const done: string[] = [];
  const transport = async ({ kind }: { kind: string }) => void done.push(`mail ${kind}`);
  const outbox = createOutbox({ db, clock, keys, log: silentLogger, from: "x", transport, keepMail: false });
  outbox.onJob("forgot_password", async (_, { data }) => void done.push(`job ${data.page}`));
  outbox.onJob("after", { outside: async ({ data }) => void done.push(`listener ${data.hook}`) });
  await outbox.deliver();
  expect(done.toSorted()).toEqual(["job one", "listener userCreated", "mail confirm_email"]);
  await outbox.stop();
  await db.close();
});
