import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, expect, test } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { migrations } from "../../src/core/schema/index.ts";
import { type Migration, migrate, openSqlite } from "../../src/platform/database/index.ts";
import type { Answer } from "../support/answer.ts";
import type { Browser } from "../support/browser.ts";
import { repeatTransactions } from "../support/repeated-transactions.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";

/*
 * The work of a transaction may run more than once. SQLite never does that, so this test repeats all of them. Every
 * visible result must be the same.
 */

const email = "anna@example.org";
const otherEmail = "anna@example.com";
const passwords = {
  changed: "a louder kettle in the sun",
  reset: "seven grey cups on a shelf",
  afterUndo: "an empty tray by the door",
};

let open: Site[] = [];

afterEach(async () => {
  for (const site of open) await site.close();
  open = [];
});

/** Replaces random values; the length stays. */
function masked(text: string): string {
  return text
    .replace(/nonce(-|=")[\w+/=]+/g, "<nonce>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replace(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g, "<id>")
    .replace(/\$argon2\S+/g, "<hash>")
    .replace(/(?<![\w-])[\w-]{16,}={0,2}(?![\w-])/g, (value) =>
      /[A-Z]/.test(value) && /[a-z]/.test(value) ? `<secret ${value.length}>` : value,
    )
    .replace(/\b[A-Z]{4}-[A-Z]{4}\b/g, "<code>");
}

/** Every row of every table, without random values. */
async function rowsOf(site: Site): Promise<Record<string, string[]>> {
  const { database } = site.auth;
  const tables = await database.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const all = await database.all<object>(`SELECT * FROM "${name}"`);
    const texts = all.map((row) =>
      JSON.stringify(row, (_, value) => (value instanceof Uint8Array ? `<${value.length} bytes>` : value)),
    );
    rows[name] = texts.map(masked).sort();
  }
  return rows;
}

/** Performs every act of an account, and notes the answers. */
async function walk(site: Site): Promise<string[]> {
  const seen: string[] = [];
  /** Rows of one millisecond have any order, and the worker decides when a mail is sent. */
  const pass = async () => {
    await site.auth.deliverMail();
    site.clock.advance("1s");
  };
  const see = async (what: string, answering: Promise<Answer>): Promise<Answer> => {
    const answer = await answering;
    await pass();
    const { status, location, text, setCookies } = answer;
    const cookies = setCookies.map((cookie) => cookie.replace(/=[^;]*/, "="));
    seen.push(masked(`${what}: ${status} ${location} ${cookies.join(" ")}\n${text}`));
    return answer;
  };
  const seeWho = async (what: string, browser: Browser) => seen.push(`${what}: ${await browser.who()}`);
  const seeRows = async (what: string) => {
    await pass();
    for (const [table, rows] of Object.entries(await rowsOf(site)))
      seen.push(`${what}, ${table}:\n${rows.join("\n")}`);
  };
  const { users } = site.auth;

  const browser = site.browser();
  await see("register elsewhere", site.browser().postJson("/register", { email, password: testPassword }));
  await see("register", browser.postForm("/register", { email, password: testPassword }));
  await see("resend", browser.postJson("/confirm-email/resend", { email }));
  const confirmation = await site.tokenTo(email);
  await see("confirm", browser.postForm("/confirm-email", { token: confirmation }));
  await see("confirm again", browser.postForm("/confirm-email", { token: confirmation }));
  await seeWho("confirmed", browser);
  await see("register taken", site.browser().postJson("/register", { email, password: testPassword }));
  await seeRows("registered");

  await see("wrong password", site.browser().postJson("/login", { login: email, password: "wrong wrong" }));
  const second = await site.signedIn(email);
  await pass();
  const third = await site.signedIn(email, { remember: "on" });
  await pass();
  site.clock.advance("6m");
  await see("reauthenticate wrong", browser.postForm("/reauthenticate", { password: "wrong wrong" }));
  await see("reauthenticate", browser.postForm("/reauthenticate", { password: testPassword }));
  await see("sessions", browser.get("/account/sessions"));
  const action = /action="(\/account\/sessions\/[^"]+\/end)"/.exec(
    (await browser.get("/account/sessions")).text,
  )?.[1];
  await see("end a session", browser.submitForm("/account/sessions", {}, action ?? "none"));
  await seeWho("second", second);
  await seeWho("third", third);
  await see("end the others", browser.postJson("/account/sessions/end-others"));
  await see("log in over a session", browser.postForm("/login", { login: email, password: testPassword }));
  await see("log out", browser.postForm("/logout"));
  await seeRows("signed out");

  const change = { current_password: testPassword, password: passwords.changed };
  const changing = await site.signedIn(email);
  await see("change password", changing.postForm("/account/password", change));
  await seeWho("changed", changing);
  await see("forgot", site.browser().postJson("/forgot-password", { email }));
  const reset = { token: await site.tokenTo(email), password: passwords.reset };
  await see("reset", site.browser().postJson("/reset-password", reset));
  await see("reset again", site.browser().postJson("/reset-password", reset));
  await seeWho("reset", changing);
  await seeRows("reset");

  const login = { login: email, password: passwords.reset };
  const moving = site.browser();
  await see("log in", moving.postForm("/login", login));
  await see("change email", moving.postJson("/account/email", { email: otherEmail }));
  await see("moved", moving.postJson("/confirm-email-change", { token: await site.tokenTo(otherEmail) }));
  await seeWho("moved", moving);
  const undo = await site.tokenTo(email);
  await see("undo", site.browser().postJson("/undo", { token: undo }));
  await seeWho("undone", moving);
  const chosen = { token: await site.tokenTo(email), password: passwords.afterUndo };
  await see("choose", site.browser().postJson("/reset-password", chosen));
  await seeRows("undone");

  const mailed = site.browser();
  await see("login by mail", mailed.postJson("/login/mail", { email }));
  await see("by its link", mailed.postJson("/login/mail/confirm", { token: await site.tokenTo(email) }));
  await seeWho("by mail", mailed);
  const coded = site.browser();
  await see("another mail", coded.postJson("/login/mail", { email }));
  await see("a wrong code", coded.postJson("/login/mail/confirm", { code: "00000000" }));
  const code = /\b([A-Z]{4}-[A-Z]{4})\b/.exec((await site.mailTo(email)).text)?.[1] ?? "none";
  await see("its code", coded.postJson("/login/mail/confirm", { code }));
  await seeWho("by code", coded);

  const { user } = await unwrap(users.find({ who: email }));
  const { id: userId } = user!;
  await unwrap(users.setRoles({ userId, roles: ["analyst"] }));
  await seeWho("after a role", mailed);
  await unwrap(users.requirePasswordChange({ userId }));
  await see(
    "must change",
    site.browser().postJson("/login", { login: email, password: passwords.afterUndo }),
  );
  const link = new URL((await unwrap(users.passwordLink({ userId }))).link).searchParams.get("token") ?? "";
  await see(
    "operator's link",
    site.browser().postJson("/reset-password", { token: link, password: testPassword }),
  );
  await unwrap(users.disable({ userId }));
  await see("disabled", site.browser().postJson("/login", { login: email, password: testPassword }));
  await unwrap(users.enable({ userId }));
  await unwrap(users.create({ email: "bob@example.org", password: testPassword }));
  seen.push(String((await users.create({ email, password: testPassword })).ok));
  await seeRows("administered");

  const leaving = await site.signedIn(email);
  // Rows that were made together come in any order.
  const exported = (await leaving.postForm("/account/export")).text;
  seen.push(
    exported
      .split(/[,[\]{}]+/)
      .map(masked)
      .sort()
      .join("\n"),
  );
  site.clock.advance("5m");
  await see("delete", leaving.postForm("/account/delete", { confirm: email }));
  await seeWho("deleted", leaving);
  const staying = site.browser();
  await see("keep", staying.postJson("/login", { login: email, password: testPassword }));
  site.clock.advance("9m");
  await see("delete again", staying.postForm("/account/delete", { confirm: email }));
  const idle = await site.signedIn("bob@example.org");
  await pass();
  site.clock.advance("6d");
  await seeWho("used again", idle);
  await coreOf(site.auth).sessions.flush();
  site.clock.advance("8d");
  await site.auth.cleanUp();
  await seeRows("erased");
  for (const { to, subject, text } of await site.mails()) seen.push(masked(`${to}: ${subject}\n${text}`));
  for (const line of site.log) seen.push(masked(JSON.stringify(line)));
  return seen;
}

test("[IN-09] repeated transactions leave the same rows, answers, mails and log as single ones", async () => {
  const site = () => {
    // A small budget of the whole site uses one row: a large one picks a row at random.
    const made = createSite({ throttle: { ...noThrottle, perSite: 1000 }, login: { mail: true } });
    open.push(made);
    return made;
  };
  const [once, twice] = [site(), site()];
  await Promise.all([once.auth.ready(), twice.auth.ready()]);
  const repeated = repeatTransactions(twice.auth.database);
  const expected = await walk(once);
  const walked = await walk(twice);
  for (const [index, what] of expected.entries()) expect(walked[index]).toBe(what);
  expect(walked.length).toBe(expected.length);
  expect(repeated()).toBeGreaterThan(60);
});

test("migrations in repeated transactions are applied once", async () => {
  const clock = { now: () => 1 };
  const db = openSqlite(":memory:");
  const repeated = repeatTransactions(db);
  const added: Migration = { id: 1, name: "added", sql: "CREATE TABLE added (n INTEGER);" };
  expect(await migrate(db, "latchkey", migrations, clock)).toHaveLength(migrations.length);
  expect(await migrate(db, "app", [added], clock)).toHaveLength(1);
  expect(await db.all("SELECT scope FROM migrations")).toHaveLength(migrations.length + 1);
  expect(repeated()).toBeGreaterThan(migrations.length);
  await db.close();
});
