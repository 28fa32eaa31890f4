import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clearCookie, cookieNamesFor, readCookie, serializeCookie } from "./cookies.ts";

const NAME = "__Host-session";

describe("readCookie", () => {
  test.each([
    ["alone", `${NAME}=good`],
    ["first", `${NAME}=good; other=1`],
    ["last, with optional space around the header", ` \tother=1; ${NAME}=good\t `],
    ["without the space that RFC 6265 asks for", `other=1;${NAME}=good`],
    [
      "beside names that only look alike",
      `x${NAME}=bad; ${NAME}x=bad; ${NAME.toLowerCase()}=bad; ${NAME}=good`,
    ],
    ["beside junk", `;;; ; =; = ;a; ${NAME}=good;;`],
  ])("reads a value %s", (_, header) => {
    expect(readCookie(header, NAME)).toBe("good");
  });

  test.each([
    ["good first", `${NAME}=good; ${NAME}=bad`],
    ["good last", `${NAME}=bad; a=1; ${NAME}=good`],
    ["equal", `${NAME}=good; ${NAME}=good`],
    ["one empty", `${NAME}=good; ${NAME}=`],
    ["one quoted", `${NAME}="x"; ${NAME}=good`],
  ])("[CK-06] a name that occurs twice counts as absent: %s", (_, header) => {
    expect(readCookie(header, NAME)).toBeNull();
  });

  test.each(["__host-session", "__HOST-Session", "__Host-SESSION"])("[CK-06] %s is another name", (name) => {
    expect(readCookie(`${name}=stolen`, NAME)).toBeNull();
    expect(readCookie(`${name}=stolen; ${NAME}=good`, NAME)).toBe("good");
  });

  test.each([
    ["U+2000 before the name", `a=1; \u2000${NAME}=v`],
    ["U+00A0 before the name", `a=1; \u00a0${NAME}=v`],
    ["U+0085 before the name", `a=1; \u0085${NAME}=v`],
    ["U+00A0 at the start", `\u00a0${NAME}=v`],
    ["a tab before the name", `a=1;\t${NAME}=v`],
    ["a space after the name", `${NAME} =v`],
    ["$Version", `$Version=1; ${NAME}="v"`],
    ["$Version and a plain value", `$Version=1; ${NAME}=v`],
    ["a quoted value", `${NAME}="v"`],
    ["a backslash in the value", `${NAME}=\\v`],
    ["a nameless cookie", `=${NAME}=v`],
    ["no equals sign", NAME],
    ["a comma as separator", `${NAME}=v,c=d`],
    ["a name behind a comma", `a=b,${NAME}=v`],
    ["separators only", ";;;"],
    ["nothing", ""],
  ])("[CK-06] a malformed header has no cookie: %s", (_, header) => {
    expect(readCookie(header, NAME)).toBeNull();
  });

  test.each(["v ; a=1", "v\t; a=1", "v\0", "v\n", "vé", "v w"])(
    "[CK-05] a value is never cut to fit: %j",
    (tail) => {
      expect(readCookie(`${NAME}=${tail}; z=1`, NAME)).toBeNull();
    },
  );

  test("a missing header and an empty name have no cookie", () => {
    expect(readCookie(null, NAME)).toBeNull();
    expect(readCookie(undefined, NAME)).toBeNull();
    expect(readCookie("=v", "")).toBeNull();
  });

  test("[CK-06] any header results in null or the value of the only pair of that name", () => {
    const piece = fc.constantFrom(
      "s",
      "s=",
      "=",
      ";",
      "; ",
      " ",
      "\t",
      "a",
      '"',
      "$Version",
      "S=",
      ",",
      "\u00a0",
    );
    const header = fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join(""));
    fc.assert(
      fc.property(header, (text) => {
        const pairs = text.replace(/^[ \t]+|[ \t]+$/g, "").split(";");
        const named = pairs.map((pair) => pair.replace(/^ +/, "")).filter((pair) => pair.startsWith("s="));
        const value = readCookie(text, "s");
        if (value !== null) expect(named).toEqual([`s=${value}`]);
        if (named.length !== 1) expect(value).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });
});

describe("serializeCookie", () => {
  test("a cookie has constant attributes and no Domain", () => {
    expect(serializeCookie(NAME, "v", { secure: true })).toBe(
      "__Host-session=v; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
    expect(
      serializeCookie("device", "v", {
        secure: false,
        maxAgeSeconds: 60,
        httpOnly: false,
        sameSite: "Strict",
      }),
    ).toBe("device=v; Path=/; Max-Age=60; SameSite=Strict");
    expect(clearCookie(NAME, { secure: true })).toBe(
      "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
    );
  });

  test("[CK-08] name and value together are at most 4096 bytes", () => {
    expect(serializeCookie("data", "x".repeat(4092), { secure: true })).toContain("xxx; Path=/");
    expect(() => serializeCookie("data", "x".repeat(4093), { secure: true })).toThrow(RangeError);
    expect(() => serializeCookie("data", "x".repeat(4093), { secure: true })).toThrow("4097 bytes");
  });

  test("a cookie that would become another header is refused", () => {
    expect(() => serializeCookie("a", "b; Domain=evil.example", { secure: true })).toThrow(TypeError);
    expect(() => serializeCookie("a", "b\r\nx: y", { secure: true })).toThrow(TypeError);
    expect(() => serializeCookie("a=b", "c", { secure: true })).toThrow(TypeError);
    expect(() => serializeCookie(NAME, "v", { secure: false })).toThrow("needs Secure");
    for (const maxAgeSeconds of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => serializeCookie("a", "b", { secure: true, maxAgeSeconds })).toThrow(RangeError);
    }
  });

  test("any written value is read back, whatever other cookies surround it", () => {
    const value = fc.string({ unit: fc.constantFrom(..."abcXYZ019!#$%&'()*+-./:<=>?@[]^_`{|}~") });
    fc.assert(
      fc.property(value, value, (mine, other) => {
        const pair = serializeCookie("s", mine, { secure: true }).split(";")[0];
        expect(readCookie(`a=${other}; ${pair}; ss=${other}`, "s")).toBe(mine);
      }),
    );
  });
});

test("[CK-08] names have the __Host- prefix on https only", () => {
  expect(cookieNamesFor(new URL("https://app.example"))).toEqual({
    session: "__Host-session",
    device: "__Host-device",
    data: "__Host-data",
    secure: true,
  });
  expect(cookieNamesFor(new URL("http://localhost:3000"))).toEqual({
    session: "session",
    device: "device",
    data: "data",
    secure: false,
  });
});
