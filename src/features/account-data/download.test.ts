import { unwrap } from "latchkey";
import { type Feature, feature, rowsInPages } from "latchkey/kit";
import { afterEach, expect, test, vi } from "vitest";
import type { Browser } from "../../../tests/support/browser.ts";
import { createSite, type Site } from "../../../tests/support/site.ts";
import { coreOf } from "../../assemble.ts";
import { emit } from "../../core/events/index.ts";
import type { AuthOptions } from "../../options.ts";

const email = "anna@example.org";
const json = { accept: "application/json" };

const sites: Site[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const site of sites.splice(0)) await site.close();
});

function newSite(options: Partial<AuthOptions> = {}): Site {
  const site = createSite({ throttle: {}, ...options });
  sites.push(site);
  return site;
}

/** A list that ends only on demand, and how far it was read. */
function longList() {
  const seen = { rows: 0, left: false, fails: false };
  async function* rows(): AsyncGenerator<{ row: number; text: string }> {
    try {
      for (let row = 0; row < 10_000; row += 1) {
        if (seen.fails) throw new Error("a secret detail of the list");
        seen.rows += 1;
        yield { row, text: "x".repeat(100) };
      }
    } finally {
      seen.left = true;
    }
  }
  return { seen, options: { user: { export: () => ({ rows: rows() }) } } satisfies Partial<AuthOptions> };
}

const contextOf = (site: Site, browser: Browser) =>
  site.auth.for(new Request("https://app.example.org", { headers: { cookie: browser.jar.header } }));

/** Begins a download by JSON, as a program that reads it piece by piece. */
async function begin(site: Site, browser: Browser) {
  const headers = { ...json, cookie: browser.jar.header };
  const response = await site.app.request("https://app.example.org/account/export", { headers });
  expect(response.status).toBe(200);
  return (response.body as ReadableStream<Uint8Array>).getReader();
}

async function addEvents(site: Site, subject: string, count: number): Promise<void> {
  const core = coreOf(site.auth);
  await core.db.transaction(async (tx) => {
    for (let index = 0; index < count; index += 1)
      await emit(core, tx, { event: "authn_reauthentication_fail", actor: subject, subject });
  });
}

const refused = { code: "too_many_attempts" };

test("the page says what the file holds, uses up no download, and its button answers with the file", async () => {
  const site = newSite();
  const browser = await site.signedIn(email);
  for (let visit = 0; visit < 10; visit += 1) {
    const page = await browser.get("/account/export");
    expect([page.status, page.headers.get("content-disposition")]).toEqual([200, null]);
    expect(page.text).toContain("You can download it 6 times an hour, one download at a time.");
  }
  const file = await browser.submitForm("/account/export", {});
  expect(file.headers.get("content-disposition")).toBe(
    'attachment; filename="app.example.org-account-2026-01-01.json"',
  );
  expect(file.json()).toMatchObject({ user: { email } });
});

test("[IN-01] an account downloads six times an hour, and the page then says when to come back", async () => {
  const site = newSite();
  const anna = await site.signedIn(email);
  const elsewhere = await site.signedIn(email);
  const ben = await site.signedIn("ben@example.org");
  const ways = [
    () => anna.get("/account/export", json),
    () => anna.postForm("/account/export"),
    () => elsewhere.postJson("/account/export"),
  ];
  for (let time = 0; time < 6; time += 1) expect((await ways[time % 3]?.())?.status).toBe(200);
  const page = await anna.postForm("/account/export");
  expect([page.status, page.headers.get("retry-after")]).toEqual([429, "3600"]);
  expect(page.text).toContain("Wait 60 minutes, then try again.");
  expect(page.text).toContain('action="/account/export"');
  for (const browser of [anna, elsewhere]) {
    const problem = await browser.get("/account/export", json);
    expect([problem.status, problem.code]).toEqual([429, refused.code]);
  }
  expect((await anna.get("/account/export")).status).toBe(200);
  expect((await ben.postForm("/account/export")).status).toBe(200);
  site.clock.advance("1h");
  const later = await site.signedIn(email);
  expect((await later.postForm("/account/export")).status).toBe(200);
});

test("the option sets how many downloads there are in an hour", async () => {
  const site = newSite({ throttle: { downloadsPerAccount: 1 } });
  const browser = await site.signedIn(email);
  expect((await browser.get("/account/export")).text).toContain("You can download it once an hour.");
  expect((await browser.postForm("/account/export")).status).toBe(200);
  expect((await browser.postForm("/account/export")).status).toBe(429);
  expect(() => newSite({ throttle: { downloadsPerAccount: 0 } })).toThrow("throttle.downloadsPerAccount");
});

test("[IN-01] an account has one download at a time, in whatever session, and other accounts have theirs", async () => {
  const { options } = longList();
  const site = newSite(options);
  const anna = await site.signedIn(email);
  const elsewhere = await site.signedIn(email);
  const ben = await site.signedIn("ben@example.org");
  const reader = await begin(site, anna);
  await reader.read();
  const second = await elsewhere.postForm("/account/export");
  expect([second.status, second.headers.get("retry-after")]).toEqual([429, "120"]);
  expect(await site.auth.account.exportAccount({}, await contextOf(site, anna))).toMatchObject(refused);
  expect((await ben.postForm("/account/export")).status).toBe(200);
  while (!(await reader.read()).done);
  expect((await elsewhere.postForm("/account/export")).status).toBe(200);
});

test("of ten downloads that begin at once, one passes", async () => {
  const site = newSite();
  const browser = await site.signedIn(email);
  const context = await contextOf(site, browser);
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, () => site.auth.account.exportAccount({}, context)),
  );
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
});

test("a client that leaves ends the work, and its account can begin again", async () => {
  const { options, seen } = longList();
  const site = newSite(options);
  const browser = await site.signedIn(email);
  const reader = await begin(site, browser);
  await reader.read();
  await reader.read();
  await reader.cancel();
  expect(seen.left).toBe(true);
  expect(seen.rows).toBeLessThan(1000);
  expect((await browser.postForm("/account/export")).status).toBe(200);
  expect(site.log.filter(({ level }) => level === "error")).toEqual([]);
});

test("HEAD has the headers of the file, and leaves no download behind", async () => {
  const { options, seen } = longList();
  const site = newSite(options);
  const browser = await site.signedIn(email);
  const head = await browser.send("HEAD", "/account/export", { headers: json });
  expect([head.status, head.text]).toEqual([200, ""]);
  expect(head.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(head.headers.get("content-disposition")).toContain("account-2026-01-01.json");
  expect(head.headers.get("cache-control")).toBe("no-store");
  expect([seen.left, seen.rows < 1000]).toEqual([true, true]);
  expect((await browser.postForm("/account/export")).status).toBe(200);
});

test("a download that a crash left behind keeps its account out for two minutes", async () => {
  const site = newSite();
  const browser = await site.signedIn(email);
  // As the process ends: nothing reads it, nothing gives its place back.
  await unwrap(site.auth.account.exportAccount({}, await contextOf(site, browser)));
  expect((await browser.postForm("/account/export")).status).toBe(429);
  site.clock.advance("2m");
  expect((await browser.postForm("/account/export")).status).toBe(200);
});

test("a long download keeps its place for as long as it is read", async () => {
  const { options } = longList();
  const site = newSite(options);
  const browser = await site.signedIn(email);
  const elsewhere = await site.signedIn(email);
  const reader = await begin(site, browser);
  for (let minute = 0; minute < 5; minute += 1) {
    for (let read = 0; read < 5; read += 1) expect((await reader.read()).done).toBe(false);
    site.clock.advance("1m");
    await reader.read();
    expect((await elsewhere.postForm("/account/export")).status).toBe(429);
  }
  await reader.cancel();
});

test("a session that ends takes its download with it", async () => {
  const { options, seen } = longList();
  const site = newSite(options);
  const thief = await site.signedIn(email);
  const owner = await site.signedIn(email);
  const reader = await begin(site, thief);
  await reader.read();
  await owner.postJson("/account/sessions/end-others");
  site.clock.advance("1m");
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toThrow("The answer broke off.");
  expect(seen.left).toBe(true);
  expect(seen.rows).toBeLessThan(1000);
});

test("an error in the middle breaks the answer off, is logged, and leaves no download behind", async () => {
  const { options, seen } = longList();
  const site = newSite(options);
  const browser = await site.signedIn(email);
  const reader = await begin(site, browser);
  const first = await reader.read();
  seen.fails = true;
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toThrow("The answer broke off.");
  expect(() => JSON.parse(Buffer.from(first.value ?? "").toString())).toThrow(SyntaxError);
  const logged = site.log.filter(({ fields }) =>
    String(fields.error).includes("a secret detail of the list"),
  );
  expect(logged.map(({ level, message }) => [level, message])).toEqual([["error", "a download broke off"]]);
  seen.fails = false;
  const again = await browser.postForm("/account/export");
  expect([again.status, again.json<{ application: { rows: unknown[] } }>().application.rows.length]).toEqual([
    200, 10_000,
  ]);
});

test("a failing part of a feature is a logged 500 if nothing was answered yet", async () => {
  const broken = feature("acme-broken", {
    exportAccount: {
      async *"acme-broken"() {
        yield 1;
        throw new Error("a secret detail of the plugin");
      },
    },
  });
  const site = newSite({ plugins: [broken] });
  const browser = await site.signedIn(email);
  const problem = await browser.postJson("/account/export");
  expect([problem.status, problem.text.includes("secret")]).toEqual([500, false]);
  // Its place is free: the next one fails for the same reason.
  expect((await browser.postJson("/account/export")).status).toBe(500);
});

test("a part of a plugin may be rows in pages", async () => {
  const read: number[] = [];
  const numbers: Feature = feature("acme-numbers", {
    exportAccount: {
      "acme-numbers": () =>
        rowsInPages<number>(10, async (last = 0, limit) => {
          read.push(last);
          return Array.from({ length: Math.min(limit, 25 - last) }, (_, index) => last + index + 1);
        }),
    },
  });
  const site = newSite({ plugins: [numbers] });
  const file = await (await site.signedIn(email)).postJson("/account/export");
  expect(file.json<Record<string, number[]>>()["acme-numbers"]).toEqual(
    Array.from({ length: 25 }, (_, index) => index + 1),
  );
  expect(read).toEqual([0, 10, 20]);
});

test("a list that is a multiple of its page is complete, newest first, and holds nothing twice", async () => {
  const site = newSite();
  const browser = await site.signedIn(email);
  const { user } = (await browser.get("/session")).json<{ user: { id: string } }>();
  const before = (await browser.postJson("/account/export")).json<{ activity: unknown[] }>().activity.length;
  // With the event of the download itself.
  await addEvents(site, user.id, 300 - before - 1);
  const { activity } = (await browser.postJson("/account/export")).json<{ activity: { id: string }[] }>();
  const ids = activity.map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([300, 300]);
  expect(ids).toEqual(ids.toSorted().reverse());
});

test("[IN-01] between two turns of the event loop a download reads at most a page of rows", async () => {
  const site = newSite();
  const browser = await site.signedIn(email);
  const { user } = (await browser.get("/session")).json<{ user: { id: string } }>();
  await addEvents(site, user.id, 2000);
  const context = await contextOf(site, browser);
  const { db } = coreOf(site.auth);
  const { all } = db;
  let sinceTurn = 0;
  let most = 0;
  let total = 0;
  vi.spyOn(db, "all").mockImplementation(async (sql, ...values) => {
    const rows = await all(sql, ...values);
    sinceTurn += rows.length;
    total += rows.length;
    most = Math.max(most, sinceTurn);
    return rows as never;
  });
  let isCounting = true;
  const turn = () => {
    sinceTurn = 0;
    if (isCounting) setImmediate(turn);
  };
  setImmediate(turn);
  const { download } = await unwrap(site.auth.account.exportAccount({}, context));
  expect((await download.json()).activity).toHaveLength(2000 + 3);
  isCounting = false;
  expect(total).toBeGreaterThan(2000);
  // A page of a hundred, and the short lists of other parts.
  expect(most).toBeLessThanOrEqual(110);
});

test("[IN-01] a slow reader holds no rows in memory and no transaction", async () => {
  const { options, seen } = longList();
  const site = newSite(options);
  const browser = await site.signedIn(email);
  const reader = await begin(site, browser);
  let received = "";
  while (!received.includes('"rows":')) received += Buffer.from((await reader.read()).value ?? "").toString();
  for (let read = 0; read < 20; read += 1) {
    received += Buffer.from((await reader.read()).value ?? "").toString();
    // Others write and read, turn by turn, while it rests.
    await site.auth.database.run("UPDATE users SET fields = fields");
    await new Promise((resolve) => setImmediate(resolve));
    expect(await browser.sessionStatus()).toBe(200);
    const arrived = received.split('"row":').length - 1;
    expect(seen.rows - arrived).toBeLessThanOrEqual(200);
  }
  await reader.cancel();
});
