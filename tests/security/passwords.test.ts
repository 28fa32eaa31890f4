import { createHash } from "node:crypto";
import { createAuth, unwrap } from "latchkey";
import { optionsFromEnvironment, readEnvironment } from "latchkey/environment";
import { testPassword } from "latchkey/testing";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { coreOf } from "../../src/assemble.ts";
import { defaultHashParameters, hashPassword, verifyPassword } from "../../src/core/passwords/index.ts";
import type { AuthOptions } from "../../src/options.ts";
import type { Answer } from "../support/answer.ts";
import { databaseDump } from "../support/database-dump.ts";
import { newAddress } from "../support/people.ts";
import { createSite, inventedToken, type Site, tokenOf } from "../support/site.ts";

/** The cost of every argon2id computation, in order. It proves how many ran. */
const hashes = vi.hoisted((): string[] => []);

vi.mock("../../src/core/passwords/argon2.ts", async (original) => {
  const real = await original<typeof import("../../src/core/passwords/argon2.ts")>();
  return {
    ...real,
    argon2id: (input: Parameters<typeof real.argon2id>[0]) => {
      hashes.push(JSON.stringify(input.parameters));
      return real.argon2id(input);
    },
  };
});

const siteName = "Teapot Club";
const open = { registration: "open", siteName } as const;
const site = createSite(open);
const nist = createSite({ ...open, password: { profile: "nist" } });
const sites: Site[] = [site, nist];
afterAll(() => Promise.all(sites.map((each) => each.close())));
beforeEach(() => hashes.splice(0));

function another(options: Partial<AuthOptions> = {}): Site {
  const made = createSite({ ...open, ...options });
  sites.push(made);
  return made;
}

interface Setting {
  answer: Answer;
  email: string;
}

/** Every way for a visitor to set a password. */
const paths: Record<string, (where: Site, password: string, email?: string) => Promise<Setting>> = {
  async registration(where, password, email = newAddress()) {
    return { email, answer: await where.browser().postJson("/register", { email, password }) };
  },
  async change(where, password, email = newAddress()) {
    const long = `${testPassword} and snow`;
    await unwrap(where.auth.users.create({ email, password: long }));
    const browser = where.browser();
    await browser.postJson("/login", { login: email, password: long });
    const answer = await browser.postJson("/account/password", { current_password: long, password });
    return { email, answer };
  },
  async link(where, password, email = newAddress()) {
    const { choosePasswordLink } = await unwrap(where.auth.users.create({ email }));
    const token = tokenOf(choosePasswordLink ?? "");
    return { email, answer: await where.browser().postJson("/reset-password", { token, password }) };
  },
  async confirmation(where, password, email = newAddress()) {
    await where.browser().postJson("/register", { email, password: testPassword });
    const token = await where.tokenTo(email);
    return { email, answer: await where.browser().postJson("/confirm-email", { token, password }) };
  },
};
const everyPath = Object.entries(paths);

const login = (where: Site, email: string, password: string): Promise<Answer> =>
  where.browser().postJson("/login", { login: email, password });

async function expectAccepted(where: Site, set: Setting, password: string): Promise<void> {
  expect(set.answer.code).toBeNull();
  expect([200, 201]).toContain(set.answer.status);
  expect((await login(where, set.email, password)).status).toBe(200);
}

function expectRefused({ answer }: Setting, code: string): void {
  expect(answer.status).toBe(422);
  expect(answer.code).toBe("invalid_input");
  expect(answer.fieldCodes("password")).toEqual([code]);
}

/** A password of this many code points that is on no list. */
const letters = (length: number): string =>
  createHash("sha512")
    .update(String(length))
    .digest("hex")
    .repeat(10)
    .replace(/[0-9]/g, (digit) => "ghijklmnop"[Number(digit)] as string)
    .slice(0, length);

describe.each(everyPath)("a password set by %s", (_, set) => {
  test("[PW-01] a password needs 8 characters; 7 are refused with the reason", async () => {
    expectRefused(await set(site, letters(7)), "too_short");
    await expectAccepted(site, await set(site, letters(8)), letters(8));
  });

  test("[PW-01] a password needs 15 characters under the nist profile", async () => {
    expectRefused(await set(nist, letters(14)), "too_short");
    await expectAccepted(nist, await set(nist, letters(15)), letters(15));
  });

  test("[PW-02] the length of a password is counted in code points, not in UTF-16 units or bytes", async () => {
    const key = "\u{1f511}";
    expectRefused(await set(site, key.repeat(7)), "too_short");
    await expectAccepted(site, await set(site, key.repeat(8)), key.repeat(8));
  });

  test.each([64, 128, 256])("[PW-03] a password may have %i characters", async (length) => {
    await expectAccepted(site, await set(site, letters(length)), letters(length));
  });

  test("[PW-03] a password may have 256 code points of four bytes each", async () => {
    const emoji = Array.from({ length: 256 }, (_none, index) => String.fromCodePoint(0x1f600 + (index % 50)));
    await expectAccepted(site, await set(site, emoji.join("")), emoji.join(""));
  });

  test.each([
    ["257 letters", letters(257)],
    ["257 emoji", "\u{1f511}".repeat(257)],
    ["60,000 characters", "a".repeat(60_000)],
  ])("[PW-03] %s are refused with the reason, before any hash", async (_name, password) => {
    const before = await set(site, letters(7));
    const prepared = hashes.length;
    hashes.splice(0);
    const refused = await set(site, password);
    expectRefused(refused, "too_long");
    const { message } = refused.answer.json<{ errors: { password: [{ message: string }] } }>().errors
      .password[0];
    expect(message).toContain("256");
    // Only the preparation hashed; the password itself was not hashed.
    expect(hashes).toHaveLength(prepared);
    expect(before.answer.fieldCodes("password")).toEqual(["too_short"]);
  });

  test.each([
    ["twenty lower-case letters", "tjmwqzkxvbgphdnrclsy"],
    ["a phrase with spaces", "correct  horse battery staple"],
    ["fifteen emoji", "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰"],
    ["fifteen Arabic letters", "بتثجحخدذرزسشصضط"],
    [
      "every printable ASCII character",
      String.fromCharCode(...Array.from({ length: 95 }, (_n, at) => 32 + at)),
    ],
    ["leading and trailing space", "  drizzle on slate  "],
  ])("[PW-06] %s are accepted and work", async (_name, password) => {
    await expectAccepted(site, await set(site, password), password);
  });

  test.each([
    "password",
    "hello123",
    "passwordpassword",
    "123456789012345",
    "qwertyuiopasdfghjkl",
    "PassWord",
    "p@ssw0rd2026",
  ])("[PW-07] %s is refused as common, offline", async (password) => {
    const network = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("the network is cut"));
    expectRefused(await set(site, password), "common_password");
    expect(network).not.toHaveBeenCalled();
    network.mockRestore();
  });

  test("[PW-09] the address, the site's name and plain derivatives are refused, a phrase that contains them isn't", async () => {
    const email = newAddress().replace("person-", "mirabella");
    expectRefused(await set(site, email.toUpperCase(), email), "same_as_identifier");
    expectRefused(await set(site, "TeapotClubTeapotClub"), "same_as_identifier");
    expectRefused(await set(site, "teapotclub2026!!"), "same_as_identifier");
    const phrase = "why the teapot club meets on rainy days";
    await expectAccepted(site, await set(site, phrase), phrase);
  });

  test("[IN-04] NUL and half a surrogate pair are refused, never cut", async () => {
    const nul = await set(site, "drizzle on slate\0tail");
    expect([400, 422]).toContain(nul.answer.status);
    const half = await set(site, "drizzle on slate \ud800");
    expect([400, 422]).toContain(half.answer.status);
  });
});

describe("checking a password", () => {
  const password = `Aé${letters(77)}Z`;
  const variants: [string, string][] = [
    ["the first 72 bytes", Buffer.from(password).subarray(0, 72).toString()],
    ["the last character dropped", password.slice(0, -1)],
    ["one character more", `${password}x`],
    ["the case flipped", password.toLowerCase()],
    ["a space before", ` ${password}`],
    ["a space after", `${password} `],
    ["a tab after", `${password}\t`],
    ["a no-break space after", `${password}\u00a0`],
  ];

  test.each(variants)("[PW-04] %s fails, at login and at re-authentication", async (_, variant) => {
    const email = newAddress();
    await unwrap(site.auth.users.create({ email, password }));
    expect((await login(site, email, variant)).code).toBe("invalid_credentials");
    const browser = site.browser();
    expect((await browser.postJson("/login", { login: email, password })).status).toBe(200);
    const again = await browser.postJson("/reauthenticate", { password: variant });
    expect(again.fieldCodes("password")).toEqual(["wrong_password"]);
    expect((await browser.postForm("/reauthenticate", { password })).status).toBe(303);
  });

  test("[PW-05] composed and decomposed spellings are the same password, in both directions", async () => {
    const composed = "caf\u00e9 on the corner";
    const decomposed = "cafe\u0301 on the corner";
    for (const [first, second] of [
      [composed, decomposed],
      [decomposed, composed],
    ] as const) {
      for (const [, set] of everyPath) {
        const { email } = await set(site, first);
        expect((await login(site, email, second)).status).toBe(200);
      }
    }
  });

  test.each([
    ["ﬁne weather today", "fine weather today"],
    ["Ａ quiet afternoon", "A quiet afternoon"],
    ["root of x² is x", "root of x2 is x"],
  ])("[PW-05] %s is not %s: compatibility forms differ", async (set, typed) => {
    const { email } = await paths.registration!(site, set);
    expect((await login(site, email, typed)).code).toBe("invalid_credentials");
    expect((await login(site, email, set)).status).toBe(200);
  });

  test.each([
    ["257 characters", "a".repeat(257), 422],
    ["60,000 characters", "a".repeat(60_000), 422],
    ["a megabyte", "a".repeat(1024 * 1024), 413],
  ])("[PW-03] a login with %s is refused before any hash", async (_, typed, status) => {
    const email = newAddress();
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    hashes.splice(0);
    expect((await login(site, email, typed)).status).toBe(status);
    expect((await site.browser().postForm("/login", { login: email, password: typed })).status).toBe(status);
    expect(hashes).toEqual([]);
  });
});

describe("a refused password", () => {
  const typed = "Sn0w!7";

  test("[PW-10] a refused password is never sent back; the reason is named and the other fields remain", async () => {
    const browser = site.browser();
    const answer = await browser.postForm("/register", {
      email: "kept@example.org",
      username: "kept-name",
      password: typed,
    });
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain(typed);
    expect(answer.text).toContain("at least 8 characters");
    expect(answer.text).toContain('value="kept@example.org"');
    expect(answer.text).toContain('value="kept-name"');
    for (const input of answer.text.match(/<input[^>]+type="password"[^>]*>/g) ?? []) {
      expect(input).not.toContain("value=");
    }
    const common = await browser.postForm("/register", { email: "kept@example.org", password: "password" });
    expect(common.text).toContain("too common");
  });

  test("[PW-10] a refused password is never sent back by any other form", async () => {
    const email = newAddress();
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email }));
    const token = tokenOf(choosePasswordLink ?? "");
    await site.browser().postJson("/register", { email: "other@example.org", password: testPassword });
    const confirmation = await site.tokenTo("other@example.org");
    const { cookie } = await site.as("signed-in@example.org");
    const answers = [
      await site.browser().postForm("/reset-password", { token, password: typed }),
      await site.browser().postForm("/confirm-email", { token: confirmation, password: typed }),
      await site.browser().postForm("/login", { login: "nobody@example.org", password: typed }),
      await site.browser({ cookie }).postForm("/reauthenticate", { password: typed }),
      await site
        .browser({ cookie })
        .postForm("/account/password", { current_password: typed, password: "Sn0w!8" }),
      await site.browser().postJson("/register", { email: "other@example.org", password: typed }),
    ];
    for (const answer of answers) {
      expect([401, 422]).toContain(answer.status);
      expect(answer.text).not.toContain("Sn0w!");
    }
  });
});

describe("age and forced replacement", () => {
  test("[PW-11] no password expires: after 400 days a login has no further step", async () => {
    const aged = another();
    const { email } = await paths.registration!(aged, testPassword);
    aged.clock.advance("400d");
    const answer = await aged.browser().postForm("/login", { login: email, password: testPassword });
    expect([answer.status, answer.location]).toEqual([303, "/dashboard"]);
  });

  test("[PW-11] a compromised password leads only to choosing another", async () => {
    const email = newAddress();
    const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
    const before = site.browser();
    await before.postJson("/login", { login: email, password: testPassword });
    await unwrap(site.auth.users.requirePasswordChange({ userId: user.id }));
    expect(await before.who()).toBeNull();

    const browser = site.browser();
    for (let round = 0; round < 2; round += 1) {
      const page = await browser.postForm("/login", { login: email, password: testPassword });
      expect([page.status, page.location]).toEqual([303, "/login/choose-password"]);
      const form = await browser.get("/login/choose-password");
      expect(form.text).toContain('action="/login/choose-password"');
      expect(await browser.who()).toBeNull();
      expect((await browser.get("/dashboard")).status).toBe(303);
    }
    const demand = await browser.postJson("/login", { login: email, password: testPassword });
    expect(demand.code).toBe("password_change_required");
    const changed = await browser.postForm("/login/choose-password", { password: "another quiet teapot" });
    expect([changed.status, changed.location]).toEqual([303, "/dashboard"]);
    expect(await browser.who()).toBe(email);
    expect((await login(site, email, testPassword)).code).toBe("invalid_credentials");
    expect((await login(site, email, "another quiet teapot")).status).toBe(200);
  });

  test("[PW-11] a wrong password of such an account gets the usual answer", async () => {
    const email = newAddress();
    const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
    await unwrap(site.auth.users.requirePasswordChange({ userId: user.id }));
    expect((await login(site, email, "a wrong teapot")).code).toBe("invalid_credentials");
  });
});

test("[PW-12] no form and no schema has a hint or a security question, and posting one has no effect", async () => {
  const forbidden = /hint|question|answer|maiden|pet/i;
  const { cookie } = await site.as({ email: "crawler@example.org", roles: ["admin"] });
  let fields = 0;
  for (const { method, path, input } of coreOf(site.auth).features.routes) {
    const entries = (input as { entries?: object } | undefined)?.entries ?? {};
    for (const name of Object.keys(entries)) expect(name).not.toMatch(forbidden);
    if (method !== "GET") continue;
    for (const browser of [site.browser(), site.browser({ cookie })]) {
      const { text } = await browser.get(path, { accept: "text/html" });
      for (const [, name] of text.matchAll(/<(?:input|select|textarea)[^>]*\bname="([^"]*)"/g)) {
        fields += 1;
        expect(name).not.toMatch(forbidden);
      }
    }
  }
  expect(fields).toBeGreaterThan(20);
  const email = newAddress();
  const body = { email, password: testPassword, hint: "canary-hint", security_question: "canary-question" };
  expect((await site.browser().postJson("/register", body)).status).toBe(201);
  expect(await databaseDump(site.auth.database)).not.toContain("canary-");
});

describe("changing the password", () => {
  test("[PW-13] changing a password needs the current one; then the old one fails and the new one works", async () => {
    const email = newAddress();
    await unwrap(site.auth.users.create({ email, password: testPassword }));
    const browser = site.browser();
    await browser.postJson("/login", { login: email, password: testPassword });
    const next = "another quiet teapot";
    const missing = await browser.postJson("/account/password", { password: next });
    expect(missing.fieldCodes("current_password")).toEqual(["required"]);
    const empty = await browser.postForm("/account/password", { current_password: "", password: next });
    expect(empty.status).toBe(422);
    const wrong = await browser.postJson("/account/password", { current_password: next, password: next });
    expect(wrong.fieldCodes("current_password")).toEqual(["wrong_password"]);
    expect((await login(site, email, testPassword)).status).toBe(200);

    const right = { current_password: testPassword, password: next };
    expect((await browser.postJson("/account/password", right)).status).toBe(200);
    expect(await browser.who()).toBe(email);
    expect((await login(site, email, testPassword)).code).toBe("invalid_credentials");
    expect((await login(site, email, next)).status).toBe(200);
  });

  test("[PW-13] wrong current passwords count: the sixth try waits, even with the right one", async () => {
    const limited = another({ throttle: {} });
    const email = newAddress();
    await unwrap(limited.auth.users.create({ email, password: testPassword }));
    const browser = limited.browser();
    await browser.postJson("/login", { login: email, password: testPassword });
    const guess = (current: string) =>
      browser.postJson("/account/password", { current_password: current, password: "another quiet teapot" });
    for (let count = 0; count < 5; count += 1) {
      expect((await guess("a wrong teapot")).fieldCodes("current_password")).toEqual(["wrong_password"]);
    }
    const sixth = await guess(testPassword);
    expect(sixth.code).toBe("too_many_attempts");
    expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(0);
    // It ended the session of this device, so that a thief on it is locked out. Row RA-05.
    expect(await browser.sessionStatus()).toBe(401);
  });

  test("[PW-13] changing a password needs a session", async () => {
    const browser = site.browser();
    const body = { current_password: testPassword, password: "another quiet teapot" };
    expect((await browser.postJson("/account/password", body)).code).toBe("login_required");
  });
});

describe("at rest", () => {
  test("[PW-14] a password is stored as argon2id of today's cost with its own salt, and in no other digest", async () => {
    const real = another({ password: { hash: defaultHashParameters } });
    const password = "the same quiet teapot";
    await paths.registration!(real, password, "first@example.org");
    await real.browser().postJson("/register", { email: "second@example.org", password });
    const rows = await real.auth.database.all<{ hash: string }>("SELECT hash FROM passwords");
    expect(rows).toHaveLength(2);
    const salts = rows.map(({ hash }) => {
      const [, parameters, salt = "", tag = ""] =
        /^\$argon2id\$v=19\$(m=19456,t=2,p=1)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash) ?? [];
      expect(parameters).toBeDefined();
      expect(Buffer.from(salt, "base64")).toHaveLength(16);
      expect(Buffer.from(tag, "base64")).toHaveLength(32);
      return salt;
    });
    expect(new Set(salts).size).toBe(2);

    const stolen = await databaseDump(real.auth.database);
    expect(stolen).not.toContain(password);
    for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
      for (const encoding of ["hex", "base64", "base64url"] as const) {
        expect(stolen).not.toContain(createHash(algorithm).update(password).digest(encoding));
      }
    }
  });

  test("[PW-14] the application's cost comes from PASSWORD_HASH, within the floor and the machine's memory", async () => {
    const hashOf = (PASSWORD_HASH: string) =>
      optionsFromEnvironment(readEnvironment({ PASSWORD_HASH })).password;
    expect(hashOf("")).toEqual({ breached: false });
    expect(hashOf("m=32768,t=3,p=1").hash).toEqual({ memoryKiB: 32_768, passes: 3, parallelism: 1 });
    for (const odd of [
      "65536",
      "m=65536",
      "m=65536,t=3",
      "m=1e5,t=3,p=1",
      "m=-1,t=3,p=1",
      "m=65536, t=3, p=1",
    ]) {
      expect(() => hashOf(odd)).toThrow(
        `PASSWORD_HASH is "${odd}", which is not understood: write it like m=19456`,
      );
    }
    const made = (PASSWORD_HASH: string) => {
      const environment = readEnvironment({ DATABASE_URL: "sqlite::memory:", PASSWORD_HASH });
      return createAuth({
        ...optionsFromEnvironment(environment),
        secretKeys: ["x".repeat(10) + inventedToken()],
      });
    };
    expect(() => made("m=19456,t=1,p=1")).toThrow(
      "password.hash is weaker than argon2id with 19456 KiB and 2 passes",
    );
    for (const far of ["m=999999,t=2,p=1", "m=19456,t=65,p=1", "m=262144,t=5,p=1", "m=19456,t=2,p=17"]) {
      expect(() => made(far)).toThrow("password.hash asks for too much");
    }
    const auth = made("m=19464,t=2,p=1");
    const { user } = await unwrap(auth.users.create({ email: "cost@example.org", password: testPassword }));
    const row = await auth.database.one<{ hash: string }>(
      "SELECT hash FROM passwords WHERE user_id = $1",
      user.id,
    );
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19464,t=2,p=1\$/);
    await auth.close();
  });

  test("[PW-14] a pending registration stores the same kind of hash", async () => {
    const real = another({ registration: "confirm-first", password: { hash: defaultHashParameters } });
    await real.browser().postJson("/register", { email: "later@example.org", password: testPassword });
    const rows = await real.auth.database.all<{ password_hash: string }>(
      "SELECT password_hash FROM pending_registrations",
    );
    expect(rows.map(({ password_hash }) => password_hash)).toEqual([
      expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
    ]);
  });

  const old: [string, () => string | Promise<string>][] = [
    ["a weaker argon2id", () => hashPassword(testPassword, { memoryKiB: 32, passes: 1, parallelism: 1 })],
    [
      "the tutorials' PBKDF2 of 310,000 rounds",
      // pbkdf2_hmac("sha256", "a quiet teapot in the rain", "saltsaltsaltsalt", 310000), as Werkzeug writes it
      async () => {
        const { pbkdf2Sync } = await import("node:crypto");
        const key = pbkdf2Sync(testPassword, "saltsaltsaltsalt", 310_000, 32, "sha256").toString("hex");
        return `pbkdf2:sha256:310000$saltsaltsaltsalt$${key}`;
      },
    ],
    [
      "Werkzeug's scrypt",
      async () => {
        const { scryptSync } = await import("node:crypto");
        const options = { N: 32768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
        const key = scryptSync(testPassword, "saltsaltsaltsalt", 64, options).toString("hex");
        return `scrypt:32768:8:1$saltsaltsaltsalt$${key}`;
      },
    ],
  ];

  test.each(old)(
    "[PW-15] %s verifies and is replaced by a good login, but not by a bad one",
    async (_, make) => {
      const email = newAddress();
      const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
      const hash = await make();
      await site.auth.database.run("UPDATE passwords SET hash = $1 WHERE user_id = $2", hash, user.id);
      const stored = async () =>
        (await site.auth.database.one<{ hash: string }>(
          "SELECT hash FROM passwords WHERE user_id = $1",
          user.id,
        ))!.hash;

      expect((await login(site, email, "a wrong teapot")).code).toBe("invalid_credentials");
      expect(await stored()).toBe(hash);
      expect((await login(site, email, testPassword)).status).toBe(200);
      const upgraded = await stored();
      expect(upgraded).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
      expect(await verifyPassword(upgraded, testPassword)).toBe(true);
      expect((await login(site, email, testPassword)).status).toBe(200);
      expect(await stored()).toBe(upgraded);
    },
  );

  test("[PW-15] parallel good logins with an old hash all succeed", async () => {
    const email = newAddress();
    const { user } = await unwrap(site.auth.users.create({ email, password: testPassword }));
    const hash = await hashPassword(testPassword, { memoryKiB: 32, passes: 1, parallelism: 1 });
    await site.auth.database.run("UPDATE passwords SET hash = $1 WHERE user_id = $2", hash, user.id);
    const answers = await Promise.all(Array.from({ length: 8 }, () => login(site, email, testPassword)));
    expect(answers.map(({ status }) => status)).toEqual(new Array(8).fill(200));
  });
});

test("[PW-16] password fields are masked, named for managers, and never cut a pasted text", async () => {
  const email = newAddress();
  const { choosePasswordLink } = await unwrap(site.auth.users.create({ email }));
  await site.browser().postJson("/register", { email: "fields@example.org", password: testPassword });
  const confirmation = await site.tokenTo("fields@example.org");
  const { cookie } = await site.as("fields-two@example.org");
  const pages: [string, Record<string, string>, boolean][] = [
    ["/register", { password: "new-password" }, false],
    ["/login", { password: "current-password" }, false],
    [`/reset-password?token=${tokenOf(choosePasswordLink ?? "")}`, { password: "new-password" }, false],
    [`/confirm-email?token=${confirmation}`, { password: "new-password" }, false],
    ["/reauthenticate", { password: "current-password" }, true],
    ["/account/password", { current_password: "current-password", password: "new-password" }, true],
  ];
  for (const [path, expected, signedIn] of pages) {
    const browser = site.browser(signedIn ? { cookie } : {});
    const { status, text } = await browser.open(path);
    expect([path, status]).toEqual([path, 200]);
    const found: Record<string, string> = {};
    for (const [input] of text.matchAll(/<input[^>]*\bname="(?:current_)?password"[^>]*>/g)) {
      expect(input).toContain('type="password"');
      expect(input).not.toMatch(/maxlength|\bon[a-z]+=|value=/);
      const name = /name="([^"]*)"/.exec(input)?.[1] ?? "";
      found[name] = /autocomplete="([^"]*)"/.exec(input)?.[1] ?? "";
    }
    expect([path, found]).toEqual([path, expected]);
    expect(text).not.toMatch(/onpaste|oncopy|ondrop/i);
  }
});

describe("an account made by an operator", () => {
  test("[PW-17] an account made by an operator gets a link that works once and forces choosing a password", async () => {
    const email = newAddress();
    const { choosePasswordLink } = await unwrap(site.auth.users.create({ email }));
    const token = tokenOf(choosePasswordLink ?? "");
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(await databaseDump(site.auth.database)).not.toContain(token);
    expect((await login(site, email, token)).code).toBe("invalid_credentials");
    const without = await site.browser().postJson("/reset-password", { token });
    expect(without.fieldCodes("password")).toEqual(["required"]);
    const itself = await site.browser().postJson("/reset-password", { token, password: testPassword });
    expect(itself.status).toBe(200);
    const again = await site
      .browser()
      .postJson("/reset-password", { token, password: "a third teapot here" });
    expect([again.status, again.code]).toEqual([410, "link_invalid"]);
    expect((await login(site, email, testPassword)).status).toBe(200);
  });

  test("[PW-17] an unused link of an operator expires after seven days", async () => {
    const invited = another();
    const { choosePasswordLink } = await unwrap(invited.auth.users.create({ email: "guest@example.org" }));
    const token = tokenOf(choosePasswordLink ?? "");
    invited.clock.advance(7 * 24 * 3_600_000 - 1);
    expect((await invited.browser().open(`/reset-password?token=${token}`)).status).toBe(200);
    invited.clock.advance(1);
    expect((await invited.browser().get(`/reset-password?token=${token}`)).status).toBe(410);
    const late = await invited.browser().postJson("/reset-password", { token, password: testPassword });
    expect(late.code).toBe("link_invalid");
  });
});
