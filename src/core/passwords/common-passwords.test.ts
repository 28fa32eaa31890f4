import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonPasswordWords } from "../../../scripts/common-passwords.ts";
import { loadCommonPasswordList } from "./common-password-list.ts";
import { isCommonPassword } from "./common-passwords.ts";

describe("the packed list", () => {
  test("[PW-07] the packed list matches the installed dictionaries (node scripts/common-passwords.ts renews it)", async () => {
    const list = await loadCommonPasswordList();
    expect(list.words().join("\n") === commonPasswordWords().join("\n")).toBe(true);
  });

  test("[PW-07] the packed list holds at least 3000 entries of policy length and tens of thousands in all", async () => {
    const words = (await loadCommonPasswordList()).words();
    expect(words.length).toBeGreaterThan(30_000);
    expect(words.filter((word) => word.length >= 8).length).toBeGreaterThan(3000);
  });

  test("the packed list finds each of its words, also the first and the last, and no others", async () => {
    const list = await loadCommonPasswordList();
    const words = list.words();
    expect(words.filter((word) => !list.has(word))).toEqual([]);
    expect(words.filter((word) => list.has(`${word}~~`))).toEqual([]);
    expect(
      ["", "\n", "~".repeat(23), "!", "a\nb", "x".repeat(300), "\u00e9t\u00e9"].filter(list.has),
    ).toEqual([]);
  });
});

describe("[PW-07] refused", () => {
  test.each([
    ["entries", ["password", "hello123", "PassWord", "letmein", "iloveyou", "basketball", "international"]],
    ["repeated entries", ["passwordpassword", "passwordpasswor", "dragondragondragon", "password password"]],
    [
      "repeated short units",
      ["abcabcabcabc", "abcabcabcab", "x7x7x7x7x7", "aaaaaaaa", "               ", "q!9zq!9zq!9z"],
    ],
    [
      "sequences",
      ["123456789012345", "abcdefgh", "hgfedcba", "98765432", "0987654321", "zyxwvutsrqp", "24681357"],
    ],
    [
      "keyboard walks",
      ["qwertyuiopasdfghjkl", "poiuytrewq", "1qaz2wsx3edc", "zaq12wsx", "qwerasdfzxcv", "1q2w3e4r5t"],
    ],
    ["other keyboards", ["azertyuiop", "qwertzuiop", "yxcvbnmasdf"]],
    [
      "entries with padding",
      ["password2026!!!", "hello123!", "password1234567", "2026password", "!!!dragon!!!", "abc123!!!"],
    ],
    [
      "entries padded to 15",
      ["dragon111111111", "monkey!!!!!!!!!", "123456!!!!!!!!!", "love12345678901", "sunshine2026!!!"],
    ],
    ["walks with padding", ["qwertyuiop123", "abcdefgh1!", "2026qwerty2026"]],
    ["substitutions", ["p@ssw0rd", "P@$$w0rd2026", "@dm1n2026", "dr4g0n!!!"]],
    ["numbers", ["123456!!!", "11111111.", "123123-123123"]],
  ])("%s", async (_, passwords) => {
    const missed = [];
    for (const password of passwords) if (!(await isCommonPassword(password))) missed.push(password);
    expect(missed).toEqual([]);
  });
});

describe("[PW-06] not refused", () => {
  test.each([
    [
      "phrases",
      [
        "correct horse battery staple",
        "quiet-river-lamp-orange",
        "my password is no secret",
        "dragon eats monkey",
      ],
    ],
    ["words that touch", ["correcthorsebatterystaple", "dragonmonkeyteapot", "tuesdaypenguin"]],
    ["random text", ["mqzjvhxkwbtrgpnycdlf", "Xk9#mP2$vL7!", "hV4k-9sQz-Lw2e", "7f3kq9zt1xv8"]],
    ["a word among much that is random", ["dragon8295710384625", "dragon4!9?2#7$1&"]],
    [
      "other scripts",
      ["\u{1F600}".repeat(15), "\u043f\u0430\u0440\u043e\u043b\u044c\u043a\u0430", "\u0634".repeat(15)],
    ],
    ["nothing", [""]],
  ])("%s", async (_, passwords) => {
    const wrong = [];
    for (const password of passwords) if (await isCommonPassword(password)) wrong.push(password);
    expect(wrong).toEqual([]);
  });

  test("[PW-06] any four words of the list with spaces between are accepted", async () => {
    const words = (await loadCommonPasswordList()).words().filter((word) => /^[a-z]{4,}$/.test(word));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...words), { minLength: 4, maxLength: 4 }),
        async (chosen) => {
          expect(await isCommonPassword(chosen.join(" "))).toBe(false);
        },
      ),
    );
  });
});

test("the check never throws, and padding never makes an entry acceptable", async () => {
  const words = (await loadCommonPasswordList()).words();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...words),
      fc.stringMatching(/^[0-9!?.]{0,8}$/),
      fc.string({ unit: "binary", maxLength: 300 }),
      async (word, padding, anything) => {
        expect(typeof (await isCommonPassword(anything))).toBe("boolean");
        if (/[a-z]/.test(word)) expect(await isCommonPassword(word.toUpperCase() + padding)).toBe(true);
      },
    ),
  );
});
