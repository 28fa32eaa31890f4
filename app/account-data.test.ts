import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestApplication, type TestApplication } from "../tests/support/application.ts";
import { databaseDump } from "../tests/support/database-dump.ts";

let application: TestApplication;

beforeEach(async () => {
  application = await createTestApplication();
});
afterEach(() => application.close());

test("[PV-02] the download holds the account's own posts, and no others", async () => {
  const { ask, t } = application;
  const anna = await t.as({ email: "anna@example.org", username: "anna" });
  const ben = await t.as({ email: "ben@example.org", roles: ["editor"] });
  for (const [who, title] of [
    [anna, "First of Anna"],
    [ben, "Of Ben"],
    [anna, "Second of Anna"],
  ] as const) {
    const answer = await ask("/posts/new", { json: { title, content: "text" }, headers: who.headers });
    expect(answer.status).toBe(201);
  }
  const answer = await ask("/account/export", { headers: anna.headers });
  const { application: own } = (await answer.json()) as { application: { posts: { title: string }[] } };
  expect(own.posts.map(({ title }) => title)).toEqual(["Second of Anna", "First of Anna"]);
  // An editor may change posts of other accounts. The posts still belong to their authors.
  const other = await (await ask("/account/export", { headers: ben.headers })).text();
  expect(other).toContain("Of Ben");
  expect(other).not.toContain("Anna");
});

test("[PV-02] erasing an account erases its posts", async () => {
  const { ask, t } = application;
  const anna = await t.as({ email: "anna@example.org", username: "anna" });
  await ask("/posts/new", { json: { title: "Of the canary", content: "canary" }, headers: anna.headers });
  const request = { json: { confirm: "anna@example.org" }, headers: anna.headers };
  expect((await ask("/account/delete", request)).status).toBe(200);
  t.clock.advance("14d");
  expect(await (await ask("/posts")).text()).toContain("Of the canary");
  await t.auth.cleanUp();
  expect(await (await ask("/posts")).text()).not.toContain("Of the canary");
  expect(await databaseDump(t.auth.database)).not.toMatch(/canary|anna/);
});
