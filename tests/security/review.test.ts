import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { ConfigurationError, createAuth, type FieldSchema, unwrap } from "latchkey";
import { latchkey } from "latchkey/hono";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { capturingLogger } from "../support/capturing-logger.ts";
import { createSite, inventedToken, origin, type Site } from "../support/site.ts";

/* One test for each finding of a review of the release. */

let site: Site;

beforeAll(() => {
  site = createSite();
});

afterAll(() => site.close());

describe("pages that another site embeds", () => {
  const image = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

  it("[HD-08] [TH-04] thirty embedded pictures of invented links don't use up their visitor's attempts", async () => {
    const strict = createSite({ throttle: { perAddress: 30 } });
    onTestFinished(() => strict.close());
    const email = "framed@example.org";
    await unwrap(strict.auth.users.create({ email, password: testPassword }));
    const browser = strict.browser({ address: "198.51.100.7" });
    for (let count = 0; count < 20; count += 1) {
      for (const path of ["/confirm-email", "/reset-password"]) {
        expect((await browser.get(`${path}?token=${inventedToken()}`, image)).status).toBe(403);
      }
    }
    expect((await browser.postForm("/login", { login: email, password: testPassword })).status).toBe(303);
  });

  it.each([
    ["a frame", { ...link, "sec-fetch-dest": "iframe" }],
    ["a script", { ...image, "sec-fetch-dest": "script" }],
    ["a fetch", { ...image, "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" }],
  ])("[HD-08] %s gets no personal page", async (_, headers) => {
    const browser = await site.signedIn("shown@example.org");
    for (const path of ["/account", "/account/password", "/admin/users"]) {
      expect((await browser.get(path, headers)).status).toBe(403);
    }
  });

  it("[HD-08] a link from another site works, and programs without Fetch headers are served", async () => {
    const browser = await site.signedIn("linked@example.org");
    for (const headers of [
      link,
      { "sec-fetch-site": "cross-site" },
      { ...image, "sec-fetch-site": "none" },
      {},
    ]) {
      expect((await browser.get("/account", headers)).status).toBe(200);
    }
  });
});

describe("a personal answer of a Node server", () => {
  it.each(["/header", "/response"])(
    "[HD-06] the answer varies by cookie besides its handler's own Vary: %s",
    async (path) => {
      const app = new Hono();
      app.use(latchkey(site.auth));
      app.get("/header", (c) => {
        c.header("Vary", "Accept-Encoding");
        c.header("Cache-Control", "public, max-age=60");
        return c.text(c.var.auth.user?.email ?? "nobody");
      });
      app.get("/response", (c) => {
        const headers = { Vary: "Accept-Encoding", "Cache-Control": "public, max-age=60" };
        return new Response(c.var.auth.user?.email, { headers });
      });
      const server = createServer(getRequestListener(app.fetch));
      onTestFinished(() => void server.close());
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const { cookie } = await site.as("cached@example.org");
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } });
      expect(await answer.text()).toBe("cached@example.org");
      expect(answer.headers.get("vary")).toBe("Accept-Encoding, Cookie");
      expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
    },
  );
});

describe("the session dictionary", () => {
  it("[LG-05] an invalid value in the session dictionary fails when it is set and ends no process", async () => {
    const known = await site.auth.for(new Request(origin));
    expect(() => known.data.set("draft", inventedToken().repeat(200))).toThrow(/4096/);
    expect(known.data.get("draft")).toBeUndefined();
  });
});

describe("objects that requests share", () => {
  const anything: FieldSchema<{ plan: string }> = {
    "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { plan: string } }) },
  };

  it("[SL-07] a request can't change the identity of later ones", async () => {
    const shared = createSite({ registration: "open", user: { fields: { profile: anything } } });
    onTestFinished(() => shared.close());
    const email = "shared@example.org";
    const { cookie } = await shared.as({ email, fields: { profile: { plan: "free" } } });
    const { id } = (await unwrap(shared.auth.users.find({ who: email }))).user as { id: string };
    await shared.auth.database.run("INSERT INTO roles (user_id, role) VALUES ($1, $2)", id, "analyst");
    const request = () => new Request(origin, { headers: { cookie } });
    const { user, session } = (await shared.auth.for(request())).requireSession() as unknown as {
      user: { roles: string[]; email: string; profile: { plan: string } };
      session: { authenticatedAt: number; methods: string[] };
    };
    expect(() => user.roles.push("admin")).toThrow(TypeError);
    expect(() => Object.assign(user, { email: "admin@example.org" })).toThrow(TypeError);
    expect(() => Object.assign(user.profile, { plan: "paid" })).toThrow(TypeError);
    expect(() => Object.assign(session, { authenticatedAt: Infinity })).toThrow(TypeError);
    expect(() => session.methods.push("passkey")).toThrow(TypeError);
    const later = await shared.auth.for(request());
    expect(later.user).toMatchObject({ email, roles: ["user", "analyst"], profile: { plan: "free" } });
    expect(later.hasRole("admin")).toBe(false);
  });
});

describe("a password that must be replaced", () => {
  it("[PW-11] a password that must be replaced can't be chosen again", async () => {
    const email = "compromised@example.org";
    const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
    await unwrap(site.auth.users.requirePasswordChange({ userId: user.id }));
    const browser = site.browser();
    await browser.postJson("/login", { login: email, password: testPassword });
    const again = await browser.postJson("/login/choose-password", { password: testPassword });
    expect(again.status).toBe(422);
    expect(again.json<{ errors: object }>().errors).toMatchObject({ password: [{ code: "same_password" }] });
    expect(await browser.who()).toBeNull();
    const other = await browser.postJson("/login/choose-password", { password: "another quiet teapot" });
    expect(other.status).toBe(200);
  });

  it("[RS-04] a password that must be replaced has one pending sign-in a browser, even after repeated logins", async () => {
    const email = "repeated@example.org";
    const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
    await unwrap(site.auth.users.requirePasswordChange({ userId: user.id }));
    const browser = site.browser();
    const cookies: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      await browser.postJson("/login", { login: email, password: testPassword });
      cookies.push(browser.jar.header);
    }
    const password = "another quiet teapot";
    for (const cookie of cookies.slice(0, 2)) {
      const earlier = site.browser({ cookie });
      expect((await earlier.postJson("/login/choose-password", { password })).code).toBe("login_required");
    }
    expect((await browser.postJson("/login/choose-password", { password })).status).toBe(200);
  });
});

describe("another request for a confirmation", () => {
  it("[VE-04] [LG-01] another request leaves the same rows whether a mail was due or not", async () => {
    const { database } = site.auth;
    const browser = site.browser();
    await browser.postForm("/register", { email: "due@example.org", password: testPassword });
    const written = async (email: string) => {
      const newest = () => database.one<{ id: string }>("SELECT max(id) AS id FROM audit");
      const before = (await newest())?.id ?? "";
      expect((await browser.postForm("/confirm-email/resend", { email })).status).toBe(200);
      return database.all("SELECT event, subject FROM audit WHERE id > $1", before);
    };
    const due = await written("due@example.org");
    expect(due).toEqual([{ event: "user_confirmation_requested", subject: null }]);
    expect(await written("unknown@example.org")).toEqual(due);
  });
});

describe("the export of an account", () => {
  it("[CE-04] [PV-03] the export is the same whether the requested address is free or taken", async () => {
    await site.signedIn("has-an-account@example.org");
    const exports = [];
    for (const wanted of ["has-an-account@example.org", "has-no-account@example.org"]) {
      const browser = await site.signedIn(`asks-for-${wanted}`);
      await browser.postJson("/account/email", { email: wanted });
      await site.auth.deliverMail();
      const { mails, pending } = (await browser.postJson("/account/export")).json<{
        mails: { kind: string; to: string }[];
        pending: { purpose: string; email: string }[];
      }>();
      const told = [
        mails.map(({ kind, to }) => [kind, to]),
        pending.map((each) => [each.purpose, each.email]),
      ];
      exports.push(JSON.stringify(told).replaceAll(wanted, "WANTED"));
    }
    expect(exports[0]).toContain("email_change_requested");
    expect(exports[1]).toBe(exports[0]);
  });
});

describe("a session that its owner ends", () => {
  it("[CE-05] ending a session ends the change of address that it requested", async () => {
    const email = "notices-a-thief@example.org";
    const thief = await site.signedIn(email);
    await thief.postJson("/account/email", { email: "thief@evil.example" });
    const token = await site.tokenTo("thief@evil.example");
    const owner = await site.signedIn(email);
    const list = await owner.get("/account/sessions", { accept: "application/json" });
    const { sessions } = list.json<{ sessions: { id: string; current: boolean }[] }>();
    const { id } = sessions.find(({ current }) => !current) as { id: string };
    expect((await owner.postJson(`/account/sessions/${id}/end`)).status).toBe(200);
    const late = await site.browser().postJson("/confirm-email-change", { token });
    expect([late.status, late.code]).toEqual([410, "link_invalid"]);
    expect(await owner.who()).toBe(email);
  });
});

describe("a browser with a full cookie jar", () => {
  it("[RS-07] a browser with a full cookie jar opens mailed links and the page of the secret", async () => {
    const own = createSite();
    onTestFinished(() => own.close());
    const email = "keeps-much@example.org";
    await unwrap(own.auth.users.create({ email, password: testPassword }));
    own.app.post("/keep/:length", (c) => {
      c.var.auth.data.set("draft", "x".repeat(Number(c.req.param("length"))));
      return c.text("kept");
    });
    const browser = own.browser();
    let length = 4096;
    while ((await browser.postForm(`/keep/${length}`)).status !== 200) length -= 16;
    await own.browser().postJson("/forgot-password", { email });
    const path = `/reset-password?token=${await own.tokenTo(email)}`;
    const page = await browser.get(path);
    expect([page.status, page.headers.get("cache-control")]).toEqual([
      200,
      expect.stringContaining("no-store"),
    ]);
    const password = "another quiet teapot";
    const token = await own.tokenTo(email);
    const chosen = await browser.submitForm(path, { token, password }, "/reset-password");
    expect([chosen.status, chosen.location]).toEqual([303, "/login"]);
  });
});

describe("signing in by mail", () => {
  it("[VE-06] a stranger's link that was opened before doesn't replace the form for the code", async () => {
    const own = createSite({ login: { mail: true } });
    onTestFinished(() => own.close());
    for (const email of ["stranger@example.org", "lured@example.org"]) {
      await unwrap(own.auth.users.create({ email, password: testPassword }));
      await own.auth.database.run("UPDATE users SET email_confirmed_at = 1 WHERE email = $1", email);
    }
    await own.browser().postForm("/login/mail", { email: "stranger@example.org" });
    const browser = own.browser();
    const theirs = await own.tokenTo("stranger@example.org");
    expect((await browser.open(`/login/mail/confirm?token=${theirs}`)).text).not.toContain('name="code"');
    await browser.postForm("/login/mail", { email: "lured@example.org" });
    expect((await browser.get("/login/mail/confirm")).text).toContain('name="code"');
  });
});

describe("the mailbox", () => {
  it("[KY-03] the mailbox never shows mail that is being sent", async () => {
    const refusing = { send: () => Promise.reject(new Error("the mail server is down")) };
    const sending = createSite({ mail: { transport: refusing } });
    onTestFinished(() => sending.close());
    await sending.browser().postForm("/register", { email: "queued@example.org", password: testPassword });
    await sending.auth.deliverMail();
    const row = await sending.auth.database.one("SELECT recipient FROM outbox WHERE content IS NOT NULL");
    expect(row).toEqual({ recipient: "queued@example.org" });
    expect(await sending.auth.mailbox()).toEqual([]);
  });
});

describe("the key kept for development", () => {
  it.each([
    ["empty", ""],
    ["cut short", "kR3v"],
  ])("[KY-01] a development key in a file that is %s is refused instead of used", (_, content) => {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-review-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "secret-key"), content);
    const database = `sqlite:${join(folder, "latchkey.db")}`;
    const create = () => createAuth({ origin: "http://localhost:3000", database, logger: capturingLogger() });
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(/secret-key can't be used: .*Delete it/);
  });
});

describe("the cap of mail to one address", () => {
  it("[EM-05] [TH-04] [RS-01] a used-up mail limit doesn't block the owner's way back", async () => {
    const strict = createSite({ throttle: {}, login: { mail: true } });
    onTestFinished(() => strict.close());
    const email = "owner@example.org";
    await unwrap(strict.auth.users.create({ email, password: testPassword }));
    const attacker = strict.browser({ address: "198.51.100.7" });
    for (let count = 0; count < 6; count += 1) {
      // A confirmed account gets no mail, so nothing is counted.
      await attacker.postJson("/confirm-email/resend", { email });
      await attacker.postJson("/register", { email, password: "a quiet harbour lantern" });
      await attacker.postJson("/login/mail", { email });
      await strict.auth.deliverMail();
    }
    const kinds = async () => (await strict.mails()).filter(({ to }) => to === email).map(({ kind }) => kind);
    expect(await kinds()).toHaveLength(4);
    expect(await kinds()).not.toContain("reset_password");
    const owner = strict.browser({ address: "192.0.2.7" });
    await owner.postJson("/forgot-password", { email });
    expect((await kinds())[0]).toBe("reset_password");
    await owner.postJson("/forgot-password", { email });
    expect(await kinds()).toHaveLength(5);
    strict.clock.advance("61m");
    await owner.postJson("/forgot-password", { email });
    expect(await kinds()).toHaveLength(6);
  });
});

describe("a password that was switched off", () => {
  it("[CE-03] [PW-11] a switched-off password isn't chosen again, since others may know it", async () => {
    const email = "undone@example.org";
    const browser = await site.signedIn(email);
    await browser.postJson("/account/email", { email: "elsewhere@example.org" });
    const undo = await site.tokenTo(email);
    expect((await site.browser().postJson("/undo", { token: undo })).status).toBe(200);
    const token = await site.tokenTo(email);
    const again = await site.browser().postJson("/reset-password", { token, password: testPassword });
    expect([again.status, again.fieldCodes("password")]).toEqual([422, ["same_password"]]);
    expect((await site.browser().postJson("/login", { login: email, password: testPassword })).status).toBe(
      401,
    );
    const chosen = "seven copper kettles";
    expect((await site.browser().postJson("/reset-password", { token, password: chosen })).status).toBe(200);
    expect((await site.browser().postJson("/login", { login: email, password: chosen })).status).toBe(200);
  });
});
