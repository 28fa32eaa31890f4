import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseUsername } from "./username.ts";

function verdict(value: string): string {
  const parsed = parseUsername(value);
  return parsed.ok ? parsed.key : parsed.code;
}

describe("parseUsername", () => {
  test.each([
    ["susan", "susan"],
    ["Susan_B.Anthony-2", "susan_b.anthony-2"],
    ["a_b", "a_b"],
    ["123", "123"],
    ["Zo\u00eb", "zo\u00eb"],
    ["Zoe\u0308", "zo\u00eb"],
    ["\u0418\u0432\u0430\u043d", "\u0438\u0432\u0430\u043d"],
    ["\u039d\u03af\u03ba\u03bf\u03c2", "\u03bd\u03af\u03ba\u03bf\u03c3"],
    ["\u5c71\u7530\u3055\u3093", "\u5c71\u7530\u3055\u3093"],
    ["\u30e6\u30fc\u30b6\u30fc", "\u30e6\u30fc\u30b6\u30fc"],
    ["\uae40\ucca0\uc218", "\uae40\ucca0\uc218"],
    ["\u0938\u0941\u0928\u0940\u0932", "\u0938\u0941\u0928\u0940\u0932"],
    ["\u0645\u062d\u0645\u062f_9", "\u0645\u062d\u0645\u062f_9"],
  ])("[SU-07] %s is accepted as %s", (value, key) => {
    expect(parseUsername(value)).toEqual({ ok: true, username: value.normalize("NFC"), key });
  });

  test("[SU-07] the length of a username counts code points after NFC", () => {
    expect(verdict("ab")).toBe("too_short");
    expect(verdict("")).toBe("too_short");
    expect(verdict("e\u0301e\u0301")).toBe("too_short");
    expect(verdict("e\u0301".repeat(32))).toBe("\u00e9".repeat(32));
    expect(verdict("x".repeat(32))).toBe("x".repeat(32));
    expect(verdict("x".repeat(33))).toBe("too_long");
    expect(verdict("\ufdfa".repeat(32))).toBe("invalid_characters");
    expect(verdict("\u{20000}".repeat(32))).toBe("\u{20000}".repeat(32));
  });

  test.each([
    ["an address", "a@b.example"],
    ["a Cyrillic a among Latin", "\u0430dmin"],
    ["a Greek omicron among Latin", "r\u03bfot"],
    ["Han among Latin", "susan\u5c71"],
    ["Cyrillic among Greek", "\u03b1\u0431\u03b3"],
    ["zero-width space", "ad\u200bmin"],
    ["zero-width joiner", "ad\u200dmin"],
    ["right-to-left override", "su\u202esan"],
    ["variation selector", "susan\ufe0f"],
    ["combining grapheme joiner", "su\u034fsan"],
    ["Hangul filler", "su\u3164san"],
    ["Hangul initial filler among Hangul", "\uae40\u115f\ucca0"],
    ["soft hyphen", "su\u00adsan"],
    ["full width", "\uff53\uff55\uff53\uff41\uff4e"],
    ["mathematical letters", "\u{1d41a}\u{1d41b}\u{1d41c}"],
    ["ligature", "\ufb01sh"],
    ["long s", "\u017fusan"],
    ["other digits", "\u0661\u0662\u0663"],
    ["emoji", "cat\u{1f600}"],
    ["space", "su san"],
    ["trailing space", "susan "],
    ["trailing dot", "susan."],
    ["leading dot", ".susan"],
    ["separators only", "_-_"],
    ["a mark first", "\u0301abc"],
    ["piled marks", `a${"\u0301\u0302".repeat(4)}bc`],
    ["NUL", "su\0san"],
    ["half a surrogate pair", "su\ud800san"],
    ["slash", "su/san"],
    ["markup", "<b>su"],
    ["a historic script", "\u{10330}\u{10331}\u{10332}"],
  ])("[SU-07] %s is refused", (_, value) => {
    expect(verdict(value)).toBe("invalid_characters");
  });

  test.each([
    ...[
      "admin",
      "Admin",
      "ADMINISTRATOR",
      "root",
      "system",
      "support",
      "security",
      "help",
      "api",
      "www",
      "mail",
    ],
    ...[
      "postmaster",
      "hostmaster",
      "webmaster",
      "abuse",
      "noreply",
      "no-reply",
      "No_Reply",
      "login",
      "logout",
    ],
    ...[
      "register",
      "account",
      "settings",
      "null",
      "undefined",
      "anonymous",
      "everyone",
      "latchkey",
      "ad.min",
    ],
    ...["__proto__", "constructor", "prototype", "adm\u0131n"],
  ])("[SU-07] %s is reserved", (value) => {
    expect(verdict(value)).toBe("reserved");
  });

  test("[SU-07] usernames that differ only in case are one", () => {
    expect(verdict("SUSAN")).toBe(verdict("susan"));
    expect(verdict("STRASSE")).toBe(verdict("stra\u00dfe"));
    expect(verdict("\u039d\u0399\u039a\u039f\u03a3")).toBe(verdict("\u03bd\u03b9\u03ba\u03bf\u03c2"));
    expect(verdict("m\u0131ke")).toBe(verdict("MIKE"));
    expect(verdict("mi\u212ae")).toBe(verdict("mike"));
  });

  test("[SU-07] parsing a username never throws, and an accepted one stays the same when parsed again", () => {
    const piece = fc.constantFrom(
      ...["a", "B", "\u0430", "\u0301", ".", "_", "-", "1", "\u0130", "\u00df", "\u5c71"],
    );
    const value = fc.oneof(
      fc.string({ unit: piece }),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(value, (typed) => {
        const parsed = parseUsername(typed);
        if (!parsed.ok) return;
        expect(parseUsername(parsed.username)).toEqual(parsed);
        const upper = parsed.username.toUpperCase();
        expect([parsed.key, "too_long"]).toContain(verdict(upper));
        expect(parsed.username).toMatch(/^[\p{L}\p{M}0-9._-]{3,32}$/u);
      }),
      { numRuns: 3000 },
    );
  });

  test("[IN-10] a username of 60 kB is refused by its length", () => {
    expect(verdict("a".repeat(60_000))).toBe("too_long");
    expect(verdict("\u0301".repeat(60_000))).toBe("too_long");
  });
});
