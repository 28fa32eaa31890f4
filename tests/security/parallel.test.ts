import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { silentLogger } from "../../app/logging.ts";
import { createHttpServer } from "../../app/server.ts";
import type { AuthOptions } from "../../src/options.ts";
import { createTestApplication, type TestApplication } from "../support/application.ts";
import type { Browser } from "../support/browser.ts";
import { newAddress } from "../support/people.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";
import { expectWholeAudit } from "../support/whole-audit.ts";

/*
 * Parallel requests: over real connections, on two processes with one database, and during other requests. The tests of
 * each flow cover its own races.
 */

/** The number of argon2id computations, and their delay. */
const hashing = vi.hoisted((): { count: number; held: Promise<void> | null; began: () => void } => ({
  count: 0,
  held: null,
  began: () => undefined,
}));

vi.mock("../../src/core/passwords/argon2.ts", async (original) => {
  const real = await original<typeof import("../../src/core/passwords/argon2.ts")>();
  return {
    ...real,
    argon2id: async (input: Parameters<typeof real.argon2id>[0]) => {
      hashing.count += 1;
      hashing.began();
      await hashing.held;
      return real.argon2id(input);
    },
  };
});

const directory = mkdtempSync(join(tmpdir(), "latchkey-parallel-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
beforeEach(() => Object.assign(hashing, { count: 0, held: null, began: () => undefined }));

const password = testPassword;
const wrong = "a quiet teapot in the snow";
const chosen = "a louder kettle in the sun";
const email = "owner@example.org";

function newSite(options: Partial<AuthOptions> = {}): Site {
  const site = createSite(options);
  onTestFinished(() => site.close());
  return site;
}

/** Two auth objects on one file, as two processes have them. */
async function twoProcesses(name: string, options: Partial<AuthOptions> = {}): Promise<[Site, Site]> {
  const database = `sqlite:${join(directory, `${name}.db`)}`;
  const sites: [Site, Site] = [newSite({ database, ...options }), newSite({ database, ...options })];
  for (const { auth } of sites) await auth.ready();
  return sites;
}

const many = <Result>(count: number, act: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_none, index) => act(index)));

async function count(site: Pick<Site, "auth">, table: string): Promise<number> {
  const row = await site.auth.database.one<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
  return row?.count ?? 0;
}

const liveSessions = (site: Pick<Site, "auth">) => count(site, "sessions WHERE ended_at IS NULL");

/** A request over a connection arrives in a later turn of the event loop than the previous answer. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The number of answers by status. */
function tally(answers: readonly { status: number }[]): Record<number, number> {
  const result: Record<number, number> = {};
  for (const { status } of answers) result[status] = (result[status] ?? 0) + 1;
  return result;
}

describe("500 parallel guesses over HTTP, the right one among them", () => {
  interface Guess {
    login: string;
    password: string;
    from: string;
    cookie: string;
    token: string;
  }

  /** A guess on a separate connection, as a program sends it through a proxy. */
  function guess(port: number, agent: Agent, { login, password, from, cookie, token }: Guess) {
    const body = JSON.stringify({ login, password });
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "x-csrf-token": token,
      "x-forwarded-for": from,
      cookie,
    };
    return new Promise<{ status: number; cookies: string[] }>((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path: "/login", method: "POST", agent, headers });
      sent.on("error", reject);
      sent.on("response", (response) => {
        const { statusCode = 0, headers: received } = response;
        response.resume();
        response.on("end", () => resolve({ status: statusCode, cookies: received["set-cookie"] ?? [] }));
      });
      sent.end(body);
    });
  }

  async function start(variables: Record<string, string>): Promise<[TestApplication, port: number]> {
    const application = await createTestApplication({ TRUSTED_PROXIES: "1", ...variables });
    const server = createHttpServer({ log: silentLogger, https: false });
    const port = await server.listen(0, "127.0.0.1");
    server.answerWith(application.app.fetch);
    onTestFinished(async () => {
      await server.stop();
      await application.close();
    });
    return [application, port];
  }

  /** A browser's cookie and token from before it signed in. */
  async function anonymous({ ask }: TestApplication, cookie = "") {
    const answer = await ask("/csrf", { headers: { cookie } });
    const { csrf_token: token } = (await answer.json()) as { csrf_token: string };
    const set = answer.headers.getSetCookie().map((each) => each.split(";")[0] as string);
    return { cookie: [...(cookie === "" ? [] : [cookie]), ...set].join("; "), token };
  }

  const right = 250;

  async function shoot(
    ports: readonly number[],
    guessOf: (index: number) => Guess,
  ): Promise<{ status: number; cookies: string[] }[]> {
    const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
    hashing.count = 0;
    const answers = await many(500, (index) =>
      guess(ports[index % ports.length] as number, agent, guessOf(index)),
    );
    agent.destroy();
    expect(answers[right]).toEqual({ status: 429, cookies: [] });
    return answers;
  }

  const typed = (index: number) => (index === right ? password : `${wrong} ${index}`);

  test.each([
    ["500 sources", (index: number) => `198.51.${index >> 8}.${index & 255}`],
    ["one source", () => "198.51.100.1"],
  ])("[TH-06] A-RC-04 500 guesses from %s: five reach the hasher", async (_, from) => {
    const [application, port] = await start({});
    await unwrap(application.auth.users.create({ email, password }));
    const browser = await anonymous(application);
    const answers = await shoot([port], (index) => ({
      login: index % 2 ? email : "OWNER@example.org",
      password: typed(index),
      from: from(index),
      ...browser,
    }));
    expect(tally(answers)).toEqual({ 401: 5, 429: 495 });
    expect(hashing.count).toBe(5);
    expect(await count(application, "sessions")).toBe(0);
  });

  test("[TH-06] A-RC-04 500 guesses on two processes: five reach the hasher", async () => {
    const shared = { DATABASE_URL: `sqlite:${join(directory, "guessed.db")}` };
    const [first, firstPort] = await start(shared);
    const [, secondPort] = await start(shared);
    await unwrap(first.auth.users.create({ email, password }));
    const browser = await anonymous(first);
    const answers = await shoot([firstPort, secondPort], (index) => ({
      login: email,
      password: typed(index),
      from: `198.51.${index >> 8}.${index & 255}`,
      ...browser,
    }));
    expect(tally(answers)).toEqual({ 401: 5, 429: 495 });
    expect(hashing.count).toBe(5);
  });

  test("[TH-06] A-RC-04 500 guesses on a known device: five reach the hasher", async () => {
    const [application, port] = await start({});
    const known = await application.t.as(email);
    const device = known.cookie.split("; ").find((each) => each.startsWith("device=")) ?? "";
    const browser = await anonymous(application, device);
    const answers = await shoot([port], (index) => ({
      login: email,
      password: typed(index),
      from: "198.51.100.1",
      ...browser,
    }));
    expect(tally(answers)).toEqual({ 401: 5, 429: 495 });
    expect(hashing.count).toBe(5);
    expect(await count(application, "sessions")).toBe(1);
  });

  test("[TH-05] [TH-06] A-BF-02 guesses at 500 accounts from one source: thirty reach the hasher", async () => {
    const [application, port] = await start({});
    await unwrap(application.auth.users.create({ email: `target-${right}@example.org`, password }));
    const browser = await anonymous(application);
    // The hash for unknown accounts is computed once, and costs one of the thirty tries.
    const agent = new Agent();
    const warm = { login: "nobody@example.org", password, from: "198.51.100.1", ...browser };
    expect((await guess(port, agent, warm)).status).toBe(401);
    agent.destroy();
    const answers = await shoot([port], (index) => ({
      login: `target-${index}@example.org`,
      password: typed(index),
      from: "198.51.100.1",
      ...browser,
    }));
    expect(tally(answers)).toEqual({ 401: 29, 429: 471 });
    expect(hashing.count).toBe(29);
  });
});

describe("two processes on one database", () => {
  test("[SU-04] A-RC-01 A-RC-03 forty registrations of one address and name on two processes make one account", async () => {
    const sites = await twoProcesses("registered", { registration: "open" });
    const browsers = sites.flatMap((site) => Array.from({ length: 20 }, () => site.browser()));
    const address = await many(40, (index) =>
      (browsers[index] as Browser).postJson("/register", {
        email: index % 2 ? email : "OWNER@example.org",
        password: `${password} ${index}`,
      }),
    );
    expect(tally(address)).toEqual({ 201: 1, 422: 39 });
    const winner = address.findIndex(({ status }) => status === 201);
    const login = (index: number) =>
      sites[0].browser().postJson("/login", { login: email, password: `${password} ${index}` });
    expect([(await login(winner)).status, (await login((winner + 1) % 40)).status]).toEqual([200, 401]);
    const named = await many(40, (index) =>
      (sites[index % 2] as Site)
        .browser()
        .postJson("/register", { email: newAddress(), username: index % 3 ? "walker" : "WALKER", password }),
    );
    expect(tally(named)).toEqual({ 201: 1, 422: 39 });
    expect(await count(sites[0], "users")).toBe(2);
    await expectWholeAudit(sites[0]);
  });

  test("[RS-05] A-RC-02 forty uses of one link on two processes succeed once, and that password is the valid one", async () => {
    const sites = await twoProcesses("used");
    await unwrap(sites[0].auth.users.create({ email, password }));
    await sites[0].browser().postJson("/forgot-password", { email });
    const token = await sites[0].tokenTo(email);
    const answers = await many(40, (index) =>
      (sites[index % 2] as Site)
        .browser()
        .postJson("/reset-password", { token, password: `${chosen} ${index}` }),
    );
    expect(tally(answers)).toEqual({ 200: 1, 410: 39 });
    const winner = answers.findIndex(({ status }) => status === 200);
    const right = { login: email, password: `${chosen} ${winner}` };
    expect((await sites[1].browser().postJson("/login", right)).status).toBe(200);
    await expectWholeAudit(sites[0]);
  });

  test("[SL-06] [SL-07] A-RC-08 after an account is disabled on another process, none of its requests passes", async () => {
    const [here, there] = await twoProcesses("disabled");
    const browser = await here.signedIn(email);
    const cookie = browser.jar.header;
    const token = await browser.csrfToken();
    const user = (await unwrap(here.auth.users.find({ who: email }))).user;
    const send = (site: Site) =>
      site
        .browser({ cookie })
        .send("POST", "/notes", { headers: { "x-csrf-token": token, accept: "application/json" } });
    const login = () => there.browser().postJson("/login", { login: email, password });
    const before = many(50, (index) => send(index % 2 ? here : there));
    const logins = many(10, login);
    const disabling = unwrap(there.auth.users.disable({ userId: user?.id ?? "" })).then(async () => {
      await nextTurn();
      return many(50, () => send(here));
    });
    const [early, signedIn, late] = await Promise.all([before, logins, disabling]);
    for (const { status } of early) expect([201, 401]).toContain(status);
    for (const { status } of signedIn) expect([200, 401]).toContain(status);
    expect(tally(late)).toEqual({ 401: 50 });
    const made = early.filter(({ status }) => status === 201).length;
    expect(here.changes.count + there.changes.count).toBe(made);
    for (const { setCookies } of signedIn) {
      const header = setCookies.map((each) => each.split(";")[0]).join("; ");
      expect(await here.sessionStatus(header)).toBe(401);
    }
    expect(await liveSessions(here)).toBe(0);
    await expectWholeAudit(here);
  });

  test("[SL-06] LO-01 after a session ended on another process, none of its requests passes", async () => {
    const [here, there] = await twoProcesses("ended");
    const browser = await here.signedIn(email);
    const cookie = browser.jar.header;
    const token = await browser.csrfToken();
    const send = (site: Site) =>
      site
        .browser({ cookie })
        .send("POST", "/notes", { headers: { "x-csrf-token": token, accept: "application/json" } });
    const early = many(50, (index) => send(index % 2 ? here : there));
    const ending = browser.postJson("/logout", {}, { "x-csrf-token": token }).then(async ({ status }) => {
      expect(status).toBe(204);
      await nextTurn();
      return many(50, (index) => send(index % 2 ? there : here));
    });
    const [before, after] = await Promise.all([early, ending]);
    for (const { status } of before) expect([201, 401]).toContain(status);
    expect(tally(after)).toEqual({ 401: 50 });
    const made = before.filter(({ status }) => status === 201).length;
    expect(here.changes.count + there.changes.count).toBe(made);
  });

  test("[AZ-04] [AZ-09] of parallel changes of an account's roles one remains complete, in an intact audit", async () => {
    const [here, there] = await twoProcesses("roles");
    await unwrap(here.auth.users.create({ email: "first@example.org", roles: ["admin"] }));
    const { user } = await unwrap(here.auth.users.create({ email, password, roles: ["admin"] }));
    const browser = await there.signedIn(email);
    const wishes = [["analyst"], ["admin", "analyst"], [], ["admin"]];
    await many(40, (index) =>
      unwrap(
        (index % 2 ? here : there).auth.users.setRoles({
          userId: user.id,
          roles: wishes[index % 4] as string[],
        }),
      ),
    );
    const seen = [here, there].map(async (site) =>
      (await unwrap(site.auth.users.find({ who: email }))).user?.roles.toSorted(),
    );
    const [one, other] = await Promise.all(seen);
    expect(one).toEqual(other);
    expect(wishes.map((roles) => [...roles, "user"].toSorted())).toContainEqual(one);
    await unwrap(here.auth.users.setRoles({ userId: user.id, roles: [] }));
    expect((await there.browser({ cookie: browser.jar.header }).get("/admin")).status).not.toBe(200);
    await expectWholeAudit(here);
  });
});

describe("during each other", () => {
  /** Delays hashing; resolves `began` when a hash begins. */
  function hold() {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { promise: began, resolve: begin } = Promise.withResolvers<void>();
    Object.assign(hashing, { held, began: begin });
    return {
      began,
      release() {
        hashing.held = null;
        release();
      },
    };
  }

  const proofs: [string, string, object][] = [
    ["the password is proven", "/reauthenticate", { password }],
    ["the password is changed", "/account/password", { current_password: password, password: chosen }],
  ];

  test.each(proofs)("[SL-06] signing out while %s leaves no session", async (_, path, body) => {
    const site = newSite();
    const browser = await site.signedIn(email);
    const other = site.browser({ cookie: browser.jar.header });
    const token = await browser.csrfToken();
    const { began, release } = hold();
    const proving = browser.postJson(path, body, { "x-csrf-token": token });
    await began;
    expect((await other.postJson("/logout", {}, { "x-csrf-token": token })).status).toBe(204);
    release();
    expect((await proving).status).toBe(401);
    expect(await browser.who()).toBeNull();
    expect(await liveSessions(site)).toBe(0);
  });

  test("[SL-08] A-RC-07 a reset during a sign-in with the old password leaves no session", async () => {
    const site = newSite();
    await unwrap(site.auth.users.create({ email, password }));
    await site.browser().postJson("/forgot-password", { email });
    const token = await site.tokenTo(email);
    const visitor = site.browser();
    const { began, release } = hold();
    const signingIn = visitor.postJson("/login", { login: email, password });
    await began;
    // The other hash isn't delayed: the reset wins.
    hashing.held = null;
    const reset = { token, password: chosen };
    expect((await site.browser().postJson("/reset-password", reset)).status).toBe(200);
    release();
    const answer = await signingIn;
    expect([answer.status, answer.code]).toEqual([401, "invalid_credentials"]);
    expect(await liveSessions(site)).toBe(0);
  });

  test("[SL-10] A-RC-09 thirty sign-ins at once with five sessions allowed leave five sessions", async () => {
    const site = newSite({ session: { maximumPerUser: 5 }, throttle: noThrottle });
    await unwrap(site.auth.users.create({ email, password }));
    const browsers = Array.from({ length: 30 }, () => site.browser());
    const answers = await many(30, (index) =>
      (browsers[index] as Browser).postJson("/login", { login: email, password }),
    );
    expect(tally(answers)).toEqual({ 200: 30 });
    const live = await Promise.all(browsers.map((each) => each.sessionStatus()));
    expect(live.filter((status) => status === 200)).toHaveLength(5);
    expect(await liveSessions(site)).toBe(5);
  });
});
