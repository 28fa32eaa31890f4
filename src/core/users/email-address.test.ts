import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEmailAddress } from "./email-address.ts";

const keyOf = (value: string) => parseEmailAddress(value)?.key ?? null;

describe("accepted", () => {
  test.each([
    ["a+b@x.example", "a+b@x.example"],
    ["o'brien@x.example", "o'brien@x.example"],
    ["First.Last@Example.ORG", "first.last@example.org"],
    ["#$&'*+-/=?^_`{|}~@x.example", "#$&'*+-/=?^_`{|}~@x.example"],
    ["root@localhost", "root@localhost"],
    ["j\u00f6rg@x.example", "j\u00f6rg@x.example"],
    ["J\u00d6RG@x.example", "j\u00f6rg@x.example"],
    ["\u7528\u6237@x.example", "\u7528\u6237@x.example"],
    ["a@b\u00fccher.example", "a@xn--bcher-kva.example"],
    ["a@B\u00dcCHER.example", "a@xn--bcher-kva.example"],
    ["a@xn--bcher-kva.example", "a@xn--bcher-kva.example"],
    ["a@x.1a", "a@x.1a"],
    ["  a@x.example ", "a@x.example"],
    ["a..b@docomo.ne.jp", "a..b@docomo.ne.jp"],
    ["C.d.@DoCoMo.ne.jp", "c.d.@docomo.ne.jp"],
    ["a...b.@ezweb.ne.jp", "a...b.@ezweb.ne.jp"],
  ])("[SU-05] %j is compared as %j", (value, key) => {
    expect(parseEmailAddress(value)).toEqual({ address: value.trim().normalize("NFC"), key });
  });

  test("[SU-05] the original spelling is kept, in NFC", () => {
    expect(parseEmailAddress("Jo\u0308rg+Tag@X.example")).toEqual({
      address: "J\u00f6rg+Tag@X.example",
      key: "j\u00f6rg+tag@x.example",
    });
  });

  test("[SU-05] dots and tags make different addresses", () => {
    expect(keyOf("a.b@x.example")).not.toBe(keyOf("ab@x.example"));
    expect(keyOf("a+b@x.example")).not.toBe(keyOf("a@x.example"));
  });

  test("[SU-05] a local part has at most 64 octets and an address 254, in both forms", () => {
    const domain = `${"d".repeat(60)}.${"d".repeat(60)}.${"d".repeat(60)}.example`;
    expect(keyOf(`${"a".repeat(64)}@x.example`)).not.toBeNull();
    expect(keyOf(`${"a".repeat(65)}@x.example`)).toBeNull();
    expect(keyOf(`${"\u00e9".repeat(32)}@x.example`)).not.toBeNull();
    expect(keyOf(`${"\u00e9".repeat(33)}@x.example`)).toBeNull();
    expect(keyOf(`${"a".repeat(254 - 1 - domain.length)}@${domain}`)).not.toBeNull();
    expect(keyOf(`${"a".repeat(255 - 1 - domain.length)}@${domain}`)).toBeNull();
    expect(keyOf(`a@${"d".repeat(63)}.example`)).not.toBeNull();
    expect(keyOf(`a@${"d".repeat(64)}.example`)).toBeNull();
    expect(keyOf(`a@${"\u00fc.".repeat(80)}example`)).toBeNull();
  });
});

describe("refused", () => {
  test.each([
    '"e@evil.example"@victim.example',
    "a@victim.example,e@evil.example",
    "a@victim.example;e@evil.example",
    "<e@evil.example>a@victim.example",
    "<a@victim.example>",
    "Name <a@victim.example>",
    "a@victim.example (e@evil.example)",
    "a(comment)@victim.example",
    "group: e@evil.example;",
    "=?utf-8?q?e=40evil.example=3e?=@x",
    "=?utf-8?q?e=40evil.example=3e?=@x.example",
    "a@victim.example%0abcc:e@evil.example",
    "a@victim.example\nbcc:e@evil.example",
    "a\r\n@victim.example",
    "a%evil.example@victim.example",
    "evil.example!a@victim.example",
    "@a,@b:c@d",
    "@a.example:b@c.example",
    "a@[127.0.0.1]",
    "a@[IPv6:::1]",
    "a@127.0.0.1",
    "a@127.1",
    "a@0x7f.1",
    "a@b@c",
    "a@b.example@c.example",
    `"${"x".repeat(70)}"@x.example`,
    '"a"@x.example',
    "a..b@x.example",
    ".a@x.example",
    "a.@x.example",
    ".a@docomo.ne.jp",
    "..@docomo.ne.jp",
    "a..b@sub.docomo.ne.jp",
    "a..b@docomo.ne.jp.example",
    "a\\@x.example",
    "mailto:a@x.example",
  ])("[EM-02] A-EM-01 %j is refused", (value) => {
    expect(parseEmailAddress(value)).toBeNull();
  });

  test.each([
    ["nothing", ""],
    ["no local part", "@x.example"],
    ["no domain", "a@"],
    ["no at sign", "x.example"],
    ["a domain without dot", "a@x"],
    ["a trailing dot in the domain", "a@x.example."],
    ["a leading dot in the domain", "a@.example"],
    ["an empty label in the domain", "a@x..example"],
    ["a leading hyphen in the domain", "a@-x.example"],
    ["a trailing hyphen in the domain", "a@x-.example"],
    ["an underscore in the domain", "a@x_y.example"],
    ["a full-width dot in the domain", "a@x\uff0eexample"],
    ["an ideographic dot in the domain", "a@x\u3002example"],
    ["a soft hyphen in the domain", "a@exam\u00adple.org"],
    ["a full-width letter in the domain", "a@\uff4dike.example"],
    ["a long s in the domain", "a@\u017fite.example"],
    ["a zero-width joiner in the domain", "a@x\u200dy.example"],
    ["a port", "a@x.example:25"],
    ["a slash", "a@x.example/y"],
    ["empty punycode", "a@xn--.example"],
    ["invalid punycode", "a@xn--a.example"],
    ["non-canonical punycode", "a@xn--abc-.example"],
    ["a numeric top level", "a@x.123"],
  ])("[SU-05] A-UN-02 %s is refused", (_, value) => {
    expect(parseEmailAddress(value)).toBeNull();
  });

  test.each([
    "\0",
    "\t",
    "\x7f",
    "\x85",
    "\u00a0",
    "\u200b",
    "\u202e",
    "\u2028",
    "\ufeff",
    "\ud800",
    "\u034f",
    " ",
  ])("[SU-05] %j inside or around the address is refused", (character) => {
    expect(parseEmailAddress(`a${character}b@x.example`)).toBeNull();
    expect(parseEmailAddress(`ab@x${character}y.example`)).toBeNull();
    if (character !== " ") expect(parseEmailAddress(`${character}ab@x.example`)).toBeNull();
  });

  test.each(["a\uff20evil.example", "a\uff1c", "a\uff0cb", "a\u2026b", "\u037e"])(
    "[EM-02] %j, which compatibility mapping turns into ASCII punctuation, is refused",
    (local) => {
      expect(parseEmailAddress(`${local}@x.example`)).toBeNull();
    },
  );
});

describe("case", () => {
  test("[SU-06] addresses that differ in ASCII case are one account", () => {
    expect(keyOf("MIKE@EXAMPLE.ORG")).toBe("mike@example.org");
  });

  test.each([
    "m\u0131ke@example.org",
    "M\u0130KE@example.org",
    "mi\u0307ke@example.org",
    "mi\u212ae@example.org",
    "\uff4dike@example.org",
    "mik\u00e9@example.org",
    "mike\u0301@example.org",
  ])("[SU-06] A-UN-01 %j is not mike", (value) => {
    expect(keyOf(value)).not.toBe("mike@example.org");
  });

  test("[SU-06] the long s, both sharp s and double s are four identities", () => {
    const keys = ["\u017fs@x.example", "\u00df@x.example", "\u1e9e@x.example", "ss@x.example"].map(keyOf);
    expect(keys).not.toContain(null);
    expect(new Set(keys).size).toBe(4);
  });

  test("[SU-06] NFC and NFD are one identity, in either case", () => {
    expect(keyOf("jo\u0308rg@x.example")).toBe(keyOf("J\u00d6RG@x.example"));
    expect(keyOf("T\u0308@x.example")).toBe(keyOf("\u1e97@x.example"));
  });

  test("[SU-06] only the same ASCII letters ever compare equal to an ASCII address", () => {
    const letter = fc.constantFrom(
      ...[..."mikeMIKEsS", "\u0131", "\u0130", "\u212a", "\u017f", "\u00df", "\uff4d"],
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(letter, fc.string({ unit: "grapheme", maxLength: 1 })) }),
        (local) => {
          const key = keyOf(`${local}@x.example`);
          const hasOnlyAscii = key !== null && /^[\x00-\x7f]+$/.test(key);
          if (hasOnlyAscii) expect(`${local.replace(/^ +/, "")}@x.example`.toLowerCase()).toBe(key);
          if (hasOnlyAscii) expect(local).toMatch(/^[\x00-\x7f]+$/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("any input", () => {
  const piece = fc.constantFrom(
    ...["a", "B", ".", "@", "x.example", "\u00fc", "xn--", "-", "1", "%", '"', "<", " ", "\u0130", "\u0301"],
  );
  const made = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));
  const plausible = fc.tuple(made, made).map(([local, domain]) => `a${local}@${domain}.example`);

  test("[SU-05] [IN-04] parsing an address never throws, and an accepted one stays the same when parsed again", () => {
    fc.assert(
      fc.property(fc.oneof(plausible, fc.emailAddress(), fc.string({ unit: "binary" })), (value) => {
        const parsed = parseEmailAddress(value);
        if (parsed === null) return;
        expect(parseEmailAddress(parsed.address)).toEqual(parsed);
        expect(keyOf(parsed.key)).toBe(parsed.key);
        expect(parsed.address).toMatch(/^[^\s@]+@[^\s@]+$/u);
        expect(Buffer.byteLength(parsed.address)).toBeLessThanOrEqual(254);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["a domain of many labels", `a@${"a.".repeat(30_000)}`],
    ["many at signs", "a@".repeat(32_000)],
    ["nested quotes", '"\\'.repeat(32_000)],
    ["nested comments", "(".repeat(64_000)],
    ["spaces around and inside", `${" ".repeat(30_000)}a${" ".repeat(30_000)}b`],
    ["marks", `a${"\u0301".repeat(60_000)}@x.example`],
  ])("[IN-10] %s of 60 kB is refused by its length", (_, value) => {
    expect(parseEmailAddress(value)).toBeNull();
  });
});
