import { createTestAuth } from "latchkey/testing";
import { expect, test } from "vitest";
import { unwrap } from "../operations/index.ts";

test.each([0, -1, 0.5, 1.5])("a list of the outbox with the limit %d has one mail", async (limit) => {
  const t = createTestAuth();
  for (const email of ["anna@example.org", "ben@example.org"]) {
    await unwrap(t.auth.users.create({ email }));
    await t.auth.account.forgotPassword({ email }, t.auth.context({ address: "192.0.2.1" }));
  }
  await t.auth.deliverMail();
  expect((await unwrap(t.auth.outbox.list({ state: "all" }))).mails.length).toBeGreaterThan(1);
  expect((await unwrap(t.auth.outbox.list({ state: "all", limit }))).mails).toHaveLength(1);
  await t.close();
});
