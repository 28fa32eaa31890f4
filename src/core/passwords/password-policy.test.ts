import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  checkPassword,
  normalizePassword,
  type PasswordContext,
  passwordBoundsProblem,
  passwordMaximumBytes,
} from "./password-policy.ts";

const context: PasswordContext = {
  profile: "default",
  identifiers: ["anna.berg@example.com", "annab"],
  siteName: "Larkspur",
};
const nist: PasswordContext = { ...context, profile: "nist" };
const check = (password: string, where = context) => checkPassword(password, where);

// Mixed enough to be on no list, at any length.
const mixed = (length: number) =>
  Array.from({ length }, (_, at) => "kz7#vq2!hx9mw".charAt((at * at + 3 * at) % 13)).join("");

describe("length", () => {
  test("[PW-01] 7 code points are refused with the reason, 8 accepted", async () => {
    expect(await check("zkvqxhw")).toEqual({ ok: false, code: "too_short", minimum: 8 });
    expect(await check("zkvqxhwm")).toEqual({ ok: true });
  });

  test("[PW-01] the nist profile refuses 14 and accepts 15", async () => {
    expect(await check("zkvqxhwmbtjgfp", nist)).toEqual({ ok: false, code: "too_short", minimum: 15 });
    expect(await check("zkvqxhwmbtjgfpr", nist)).toEqual({ ok: true });
  });

  test("[PW-02] length is counted in code points: 7 keys of 14 UTF-16 units refused, 8 accepted", async () => {
    expect(await check("\u{1F511}".repeat(7))).toEqual({ ok: false, code: "too_short", minimum: 8 });
    expect(await check("\u{1F511}".repeat(8))).toEqual({ ok: true });
  });

  test("the length of a password is counted after NFC", async () => {
    expect(await check("e\u0301".repeat(7))).toMatchObject({ code: "too_short" });
    expect(passwordBoundsProblem("e\u0301".repeat(256))).toBeUndefined();
  });

  test.each([64, 128, 256])("[PW-03] %i characters are accepted", async (length) => {
    expect(await check(mixed(length))).toEqual({ ok: true });
    expect(passwordBoundsProblem(mixed(length))).toBeUndefined();
  });

  test("[PW-03] a password above the cap is too_long with the maximum, also at sign-in", async () => {
    const refused = { ok: false, code: "too_long", maximum: 256 };
    expect(await check(mixed(257))).toEqual(refused);
    expect(passwordBoundsProblem(mixed(257))).toEqual(refused);
    expect(passwordBoundsProblem("\u{1F511}".repeat(257))).toEqual(refused);
  });

  test("[PW-03] a megabyte is refused before it is normalised", () => {
    const normalize = vi.spyOn(String.prototype, "normalize");
    const problem = passwordBoundsProblem("a".repeat(1_000_000));
    const calls = normalize.mock.calls.length;
    normalize.mockRestore();
    expect(problem).toMatchObject({ code: "too_long" });
    expect(calls).toBe(0);
  });

  test("the cap in code points keeps every password within the byte limit", () => {
    const widest = "\u{10FFFF}".repeat(256);
    expect(passwordBoundsProblem(widest)).toBeUndefined();
    expect(Buffer.byteLength(widest)).toBe(passwordMaximumBytes);
    expect(passwordMaximumBytes).toBe(1024);
  });
});

describe("characters", () => {
  test.each(["abc\0defgh", "abcdefg\ud800", "\udc00abcdefg"])(
    "NUL and lone surrogates are refused: %j",
    async (password) => {
      expect(await check(password)).toEqual({ ok: false, code: "invalid_characters" });
      expect(passwordBoundsProblem(password)).toEqual({ ok: false, code: "invalid_characters" });
    },
  );

  test("[PW-05] composed and decomposed passwords are one, ligatures and wide letters are others", () => {
    expect(normalizePassword("cafe\u0301")).toBe("caf\u00e9");
    for (const [typed, lookalike] of [
      ["\ufb01", "fi"],
      ["\uff21", "A"],
      ["\u00b2", "2"],
    ] as const) {
      expect(normalizePassword(typed)).not.toBe(normalizePassword(lookalike));
    }
  });

  test("[PW-04] a password is neither trimmed nor folded", () => {
    expect(normalizePassword("  Zk Vq\t\u00a0")).toBe("  Zk Vq\t\u00a0");
  });

  test.each([
    ["20 lower-case letters", "mqzjvhxkwbtrgpnycdlf"],
    ["a four-word phrase with spaces", "correct horse battery staple"],
    ["another phrase", "quiet river lamp orange"],
    ["15 emoji", "\u{1F600}\u{1F511}\u{1F984}\u{1F355}\u{1F697}".repeat(3)],
    ["one emoji 15 times", "\u{1F600}".repeat(15)],
    [
      "15 Arabic letters",
      "\u0634\u062c\u0631\u0629\u0642\u0644\u0645\u0628\u062d\u0631\u0646\u0648\u0631\u0628\u064a",
    ],
    [
      "the Arabic alphabet",
      "\u0627\u0628\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636",
    ],
    [
      "every printable ASCII character",
      Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + ((at * 37) % 95))).join(""),
    ],
  ])("[PW-06] accepted without composition rules: %s", async (_, password) => {
    expect(await check(password)).toEqual({ ok: true });
    expect(await check(password, nist)).toEqual({ ok: true });
  });
});

describe("names and lists", () => {
  test("[PW-07] common passwords are refused under both profiles", async () => {
    expect(await check("password")).toEqual({ ok: false, code: "common_password" });
    expect(await check("password1234567", nist)).toEqual({ ok: false, code: "common_password" });
  });

  test("[PW-09] own names and the site's name are refused", async () => {
    for (const password of ["anna.berg@example.com", "LARKSPURlarkspur", "larkspur2026!!!!"]) {
      expect(await check(password)).toEqual({ ok: false, code: "same_as_identifier" });
    }
    expect(await check("a field of larkspur at noon")).toEqual({ ok: true });
  });
});

test("checking a password never throws, and the bounds hold for any string", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (password) => {
      const result = await check(password);
      const length = [...password.normalize("NFC")].length;
      if (result.ok) {
        expect(length).toBeGreaterThanOrEqual(8);
        expect(length).toBeLessThanOrEqual(256);
      } else expect(result.code).toMatch(/^[a-z_]+$/);
    }),
  );
});
