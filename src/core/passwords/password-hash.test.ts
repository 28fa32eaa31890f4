import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashBackend, loadArgon2 } from "./argon2.ts";
import { parseHash } from "./hash-text.ts";
import {
  defaultHashParameters,
  dummyHash,
  hashPassword,
  isUnusableHash,
  needsRehash,
  pepperOf,
  unusableHash,
  verifyPassword,
} from "./password-hash.ts";

const quick = { memoryKiB: 64, passes: 1, parallelism: 1 };
const phrase = "correct horse battery staple";

describe("storing", () => {
  test("[PW-14] a stored hash names scheme and cost, with its own 16-byte salt and a 32-byte tag", async () => {
    const [first, second] = [await hashPassword(phrase), await hashPassword(phrase)];
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(parseHash(first)!.salt.equals(parseHash(second)!.salt)).toBe(false);
    expect(await verifyPassword(first, phrase)).toBe(true);
  });

  test.each([
    ["too long", "a".repeat(257)],
    ["NUL", "a\0bcdefgh"],
    ["a lone surrogate", "abcdefg\ud800"],
  ])("[PW-03] a password outside the bounds is never hashed: %s", async (_, password) => {
    await expect(hashPassword(password, quick)).rejects.toThrow(RangeError);
    expect(await verifyPassword(await dummyHash(quick), password)).toBe(false);
  });

  test.each([
    { memoryKiB: 7, passes: 1, parallelism: 1 },
    { memoryKiB: 64, passes: 0, parallelism: 1 },
    { memoryKiB: 64.5, passes: 1, parallelism: 1 },
    { memoryKiB: 2 ** 22, passes: 1, parallelism: 1 },
    { memoryKiB: 64, passes: 1, parallelism: 17 },
  ])("parameters out of bounds are the caller's mistake: %j", async (parameters) => {
    await expect(hashPassword(phrase, parameters)).rejects.toThrow(RangeError);
  });
});

describe("verifying", () => {
  test("[PW-04] verifying compares the whole password as typed", async () => {
    const password = `Z${"kv7q ".repeat(15)}xhw!`;
    expect(password).toHaveLength(80);
    const hash = await hashPassword(password, quick);
    const others = [
      password.slice(0, 72),
      password.slice(0, -1),
      `z${password.slice(1)}`,
      ` ${password}`,
      `${password} `,
      `${password}\t`,
      `${password}\u00a0`,
    ];
    for (const other of others) expect(await verifyPassword(hash, other)).toBe(false);
    expect(await verifyPassword(hash, password)).toBe(true);
  });

  test.each([72, 128])("[PW-04] the character after the %ith counts", async (length) => {
    const start = "x".repeat(length);
    const hash = await hashPassword(`${start}b`, quick);
    expect(await verifyPassword(hash, `${start}c`)).toBe(false);
    expect(await verifyPassword(hash, start)).toBe(false);
  });

  test("[PW-05] composed and decomposed passwords match, compatibility forms don't", async () => {
    const composed = await hashPassword("caf\u00e9 am fluss", quick);
    expect(await verifyPassword(composed, "cafe\u0301 am fluss")).toBe(true);
    const decomposed = await hashPassword("cafe\u0301 am fluss", quick);
    expect(await verifyPassword(decomposed, "caf\u00e9 am fluss")).toBe(true);
    const ligature = await hashPassword("\ufb01nancial", quick);
    expect(await verifyPassword(ligature, "financial")).toBe(false);
  });

  test("hash and verify agree for any well-formed password, and only for it", async () => {
    const password = fc.string({ unit: "grapheme", maxLength: 60 }).filter((text) => !text.includes("\0"));
    await fc.assert(
      fc.asyncProperty(password, password, async (right, other) => {
        const hash = await hashPassword(right, quick);
        expect(await verifyPassword(hash, right)).toBe(true);
        expect(await verifyPassword(hash, other)).toBe(right.normalize("NFC") === other.normalize("NFC"));
      }),
      { numRuns: 60 },
    );
  });

  test("verifying never throws for any stored and typed text", async () => {
    const number = fc.oneof(fc.nat(40), fc.nat(), fc.constant("9".repeat(30)));
    const pieces = fc.array(
      fc.oneof(number, fc.constantFrom("$", ":", "argon2id", "scrypt", "v=19", "m=", ",")),
    );
    const nearly = fc
      .tuple(number, number, number, fc.base64String({ maxLength: 90 }), fc.base64String({ maxLength: 90 }))
      .map(([m, t, p, salt, tag]) => `$argon2id$v=19$m=${m},t=${t},p=${p}$${salt}$${tag}`);
    const stored = fc.oneof(
      fc.string({ unit: "binary" }),
      pieces.map((parts) => parts.join("")),
      nearly,
    );
    await fc.assert(
      fc.asyncProperty(stored, fc.string({ unit: "binary", maxLength: 300 }), async (hash, password) => {
        expect(await verifyPassword(hash, password)).toBe(false);
      }),
    );
  });

  test("a stored text with one character changed never verifies", async () => {
    const hash = await hashPassword(phrase, quick);
    const changed = fc
      .tuple(fc.nat(hash.length - 1), fc.constantFrom(..."$=,aZ09+/!"))
      .filter(([at, to]) => hash[at] !== to);
    await fc.assert(
      fc.asyncProperty(changed, async ([at, to]) => {
        const tampered = hash.slice(0, at) + to + hash.slice(at + 1);
        // `m=94` asks for another cost, which changes the tag; everything else isn't a hash at all.
        expect(await verifyPassword(tampered, phrase)).toBe(false);
      }),
    );
  });

  test("a stored text has one spelling: spare bits and wrong lengths in base64 are refused", () => {
    const text = `$argon2id$v=19$m=64,t=1,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;
    expect(parseHash(text)).toBeDefined();
    for (const wrong of [
      `${text.slice(0, -1)}B`,
      `${text}AA`,
      `${text}=`,
      ` ${text}`,
      `${text}\n`,
      text.replace("m=64", "m=064"),
    ]) {
      expect(parseHash(wrong)).toBeUndefined();
    }
  });

  test.each([
    ["4 GiB", "m=4194304,t=1,p=1"],
    ["a million passes", "m=64,t=1000000,p=1"],
    ["256 MiB thirty times", "m=262144,t=30,p=1"],
    ["200 lanes", "m=4096,t=1,p=200"],
    ["less than a lane needs", "m=8,t=1,p=2"],
  ])("a stored hash can't ask for more than the server gives: %s", async (_, cost) => {
    const hash = (await hashPassword(phrase, quick)).replace("m=64,t=1,p=1", cost);
    expect(parseHash(hash)).toBeUndefined();
    expect(await verifyPassword(hash, phrase)).toBe(false);
  });

  test.each(["", "!", "!2026-01-01", unusableHash])("an unusable hash never verifies: %j", async (hash) => {
    expect(isUnusableHash(hash)).toBe(true);
    expect(await verifyPassword(hash, phrase)).toBe(false);
    expect(await verifyPassword(hash, "")).toBe(false);
    expect(needsRehash(hash, quick)).toBe(false);
  });

  test("[PW-15] an argon2id hash of passlib (Django's cost, 16-byte tag) verifies and is due for replacement", async () => {
    const hash = "$argon2id$v=19$m=102400,t=2,p=8$RKh1zvk/J2RMSQmhdM65lw$faH7z9QugUYp4uuq1anmGA";
    expect(await verifyPassword(hash, "\u{1F511} emoji key \u{1F511}691236")).toBe(true);
    expect(await verifyPassword(hash, "\u{1F511} emoji key \u{1F511}691237")).toBe(false);
    expect(needsRehash(hash, defaultHashParameters)).toBe(true);
  });
});

describe("changing the cost", () => {
  test("[PW-15] only another cost, scheme or pepper asks for a new hash", async () => {
    const hash = await hashPassword(phrase, quick);
    expect(needsRehash(hash, quick)).toBe(false);
    expect(needsRehash(hash, { ...quick, memoryKiB: 128 })).toBe(true);
    expect(needsRehash(hash, { ...quick, passes: 2 })).toBe(true);
    expect(needsRehash(hash, { ...quick, parallelism: 2 })).toBe(true);
    expect(needsRehash(hash, quick, "2026-1")).toBe(true);
    expect(needsRehash("pbkdf2:sha256:1000$salt$00", quick)).toBe(true);
  });

  test("the dummy hash is made once for each cost and is a real hash of that cost", async () => {
    expect(await dummyHash(quick)).toBe(await dummyHash({ ...quick }));
    expect(await dummyHash({ ...quick, passes: 2 })).not.toBe(await dummyHash(quick));
    expect(needsRehash(await dummyHash(quick), quick)).toBe(false);
    expect(await verifyPassword(await dummyHash(quick), phrase)).toBe(false);
  });

  test("a failed dummy hash is made again", async () => {
    const impossible = { memoryKiB: 1, passes: 1, parallelism: 1 };
    const failed = dummyHash(impossible);
    await expect(failed).rejects.toThrow(RangeError);
    expect(dummyHash(impossible)).not.toBe(failed);
    await expect(dummyHash(impossible)).rejects.toThrow(RangeError);
  });
});

describe("pepper", () => {
  const pepper = { keyId: "2026-1", key: Buffer.alloc(32, 7) };

  test("[PW-14] with a pepper the hash names its key and verifies only with it", async () => {
    const hash = await hashPassword(phrase, quick, pepper);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1,keyid=2026-1\$/);
    expect(pepperOf(hash)).toBe("2026-1");
    expect(await verifyPassword(hash, phrase, new Map([["2026-1", pepper.key]]))).toBe(true);
    expect(await verifyPassword(hash, phrase, new Map([["2026-1", Buffer.alloc(32, 8)]]))).toBe(false);
    expect(await verifyPassword(hash, phrase, new Map([["other", pepper.key]]))).toBe(false);
    expect(await verifyPassword(hash, phrase)).toBe(false);
    expect(await verifyPassword(hash.replace(",keyid=2026-1", ""), phrase)).toBe(false);
    const relabelled = (await hashPassword(phrase, quick)).replace("p=1", "p=1,keyid=2026-1");
    expect(await verifyPassword(relabelled, phrase)).toBe(false);
    expect(needsRehash(hash, quick, "2026-1")).toBe(false);
    expect(needsRehash(hash, quick)).toBe(true);
  });

  test("a key id that doesn't fit into the text, or a short key, is refused", async () => {
    for (const keyId of ["", "a$b", "a,b", "x".repeat(33)]) {
      await expect(hashPassword(phrase, quick, { ...pepper, keyId })).rejects.toThrow(RangeError);
    }
    await expect(hashPassword(phrase, quick, { ...pepper, key: Buffer.alloc(8) })).rejects.toThrow(
      RangeError,
    );
  });
});

describe("implementations", () => {
  test("argon2id comes from the native module, or from Node if that doesn't load", async () => {
    expect(await hashBackend()).toBe("@node-rs/argon2");
    const fallback = await loadArgon2(() => Promise.reject(new Error("no prebuilt binary")));
    expect(fallback.backend).toBe("node:crypto");
  });

  test("both implementations of argon2id give the same tag", async () => {
    const native = await loadArgon2();
    const node = await loadArgon2(() => Promise.reject(new Error("no prebuilt binary")));
    const salt = Buffer.alloc(16, 1);
    for (const secret of [undefined, Buffer.alloc(32, 2)]) {
      for (const password of ["", phrase, "\u{1F511}"]) {
        const input = { password, salt, parameters: quick, tagLength: 32, ...(secret && { secret }) };
        expect((await node.argon2id(input)).equals(await native.argon2id(input))).toBe(true);
      }
    }
  });
});
