import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBody, parseForm, readBytes } from "./body.ts";
import { BodyError } from "./body-error.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const FORM = "application/x-www-form-urlencoded";

function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return error.code;
  }
}

function source(chunks: unknown[], onCancel: () => void = () => {}): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const next = rest.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(next as Uint8Array);
    },
    cancel: onCancel,
  });
}

describe("readBytes", () => {
  test("reading joins chunks, and a missing stream has no bytes", async () => {
    expect(await readBytes(source([utf8("ab"), utf8("cd")]), 4, "4")).toEqual(utf8("abcd"));
    expect(await readBytes(source([utf8("ab")]), 4)).toEqual(utf8("ab"));
    expect(await readBytes(source([]), 4)).toEqual(new Uint8Array(0));
    expect(await readBytes(null, 4, null)).toEqual(new Uint8Array(0));
  });

  test("[IN-01] a large Content-Length is refused before reading", async () => {
    let cancelled = false;
    const stream = source([utf8("x")], () => {
      cancelled = true;
    });
    await expect(readBytes(stream, 4, "5")).rejects.toMatchObject({ code: "body_too_large", status: 413 });
    expect(cancelled).toBe(true);
  });

  test("[IN-01] the limit holds while reading an endless body", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1024));
      },
      // Never settles. The refusal must not wait for it.
      cancel: () => new Promise(() => {}),
    });
    await expect(readBytes(endless, 4096)).rejects.toMatchObject({ code: "body_too_large", status: 413 });
    expect(pulled).toBeLessThan(10);
  });

  test.each(["abc", "+5", "5,5", "0x5", "-1", "", " 1"])("Content-Length %j is malformed", async (length) => {
    await expect(readBytes(source([utf8("x")]), 64, length)).rejects.toMatchObject({
      code: "malformed_body",
    });
  });

  test("a body that breaks off or doesn't consist of bytes is malformed", async () => {
    const broken = source([utf8("x"), new Error("aborted")]);
    await expect(readBytes(broken, 64)).rejects.toMatchObject({ code: "malformed_body", status: 400 });
    await expect(readBytes(source(["text"]), 64)).rejects.toMatchObject({ code: "malformed_body" });
  });
});

describe("parseForm", () => {
  test("a form has plain strings as fields", () => {
    expect({ ...parseForm("a=1+2&b=%C3%A9%2B&c&=d&&e=f=g&") }).toEqual({
      a: "1 2",
      b: "é+",
      c: "",
      "": "d",
      e: "f=g",
    });
    expect({ ...parseForm("") }).toEqual({});
  });

  test.each([
    "a=%",
    "a=%2",
    "a=%zz",
    "a=%ff",
    "a=%c0%af",
    "a=%ed%a0%80",
    "%ff=a",
    "a=%u0041",
    "a=%00",
    "a=\0",
  ])("[IN-04] %j is malformed", (text) => {
    expect(outcome(() => parseForm(text))).toBe("malformed_body");
  });

  test("[IN-04] a byte order mark and half a surrogate pair are malformed", () => {
    expect(outcome(() => parseForm("\ufeffa=1"))).toBe("malformed_body");
    expect(outcome(() => parseForm("a=\ud800"))).toBe("malformed_body");
  });

  test.each(["a=1&a=2", "a=1&%61=1", "csrf_token=x&csrf_token=x", "a=1&a[]=2", "a[]=1&a=2", "a&a"])(
    "[IN-03] %j gives a field twice",
    (text) => {
      expect(outcome(() => parseForm(text))).toBe("malformed_body");
    },
  );

  test("[IN-03] a semicolon does not separate fields", () => {
    expect({ ...parseForm("a=1;a=2") }).toEqual({ a: "1;a=2" });
  });

  test("a name ending in [] is a list, and so is a name that the caller lists", () => {
    expect({ ...parseForm("roles[]=a&scopes%5B%5D=b&roles[]=c") }).toEqual({
      roles: ["a", "c"],
      scopes: ["b"],
    });
    expect({ ...parseForm("roles[]=") }).toEqual({ roles: [] });
    expect({ ...parseForm("scopes=a&scopes[]=b&scopes=c", ["scopes"]) }).toEqual({ scopes: ["a", "b", "c"] });
    expect({ ...parseForm("scopes=a&scopes=", ["scopes"]) }).toEqual({ scopes: ["a"] });
  });

  test.each(["scopes=a&scopes=b", "roles=a&roles=b"])("[IN-03] no name is special: %s is refused", (text) => {
    expect(outcome(() => parseForm(text))).toBe("malformed_body");
    expect(outcome(() => parseForm(text, ["other"]))).toBe("malformed_body");
  });

  test("[IN-02] other brackets in a form stay part of the name", () => {
    expect({ ...parseForm("[]email=a&email[a]=b&a[0][0]=c&user.role=d&__proto__[role]=admin") }).toEqual({
      "[]email": "a",
      "email[a]": "b",
      "a[0][0]": "c",
      "user.role": "d",
      "__proto__[role]": "admin",
    });
  });

  test("[IN-02] names that reach into prototypes are dropped, and fields inherit nothing", () => {
    const fields = parseForm("__proto__=a&__proto__[]=a&constructor=b&prototype=c&toString=d");
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(Object.keys(fields)).toEqual(["toString"]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test("[IN-01] a form has at most 200 pairs", () => {
    const pairs = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join("&");
    expect(Object.keys(parseForm(pairs(200)))).toHaveLength(200);
    expect(outcome(() => parseForm(pairs(201)))).toBe("malformed_body");
    expect(outcome(() => parseForm("a=&".repeat(100_000)))).toBe("malformed_body");
  });

  test("any fields survive the round trip through URLSearchParams", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"));
    fc.assert(
      fc.property(fc.dictionary(text, text), (fields) => {
        const expected = Object.entries(fields).filter(([name]) => !isSpecial(name));
        const parsed = parseForm(new URLSearchParams(expected).toString());
        expect(new Map(Object.entries(parsed))).toEqual(new Map(expected));
      }),
    );
  });
});

describe("parseBody", () => {
  test.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
  ])("[CF-04] %j is JSON", (type) => {
    expect({ ...parseBody(type, utf8('{"a":1}')) }).toEqual({ a: 1 });
  });

  test.each([FORM, `${FORM.toUpperCase()} ; Charset=UTF-8`])("[CF-04] %j is a form", (type) => {
    expect({ ...parseBody(type, utf8("a=é")) }).toEqual({ a: "é" });
  });

  test.each([
    null,
    "",
    "text/plain",
    "text/plain;application/json",
    "text/plain, application/json",
    "application/json, text/plain",
    "application/json+x",
    "application/jsonp",
    "application/problem+json",
    "application/json;charset=x",
    "application/json; charset=utf-16",
    "application/json; charset=utf-8; charset=utf-8",
    "application/json; q=1",
    "application/json;",
    "application/j\u017fon",
    "multipart/form-data; boundary=x",
    `${FORM}; charset=iso-8859-1`,
  ])("[CF-04] %j with a body is not supported", (type) => {
    expect(outcome(() => parseBody(type, utf8('{"a":1}')))).toBe("unsupported_media_type");
    expect(() => parseBody(type, utf8("x"))).toThrow(expect.objectContaining({ status: 415 }));
  });

  test("[CF-04] a body is parsed only as its declared type", () => {
    expect({ ...parseBody(FORM, utf8('{"a":"b=c"}')) }).toEqual({ '{"a":"b': 'c"}' });
    expect(outcome(() => parseBody("application/json", utf8("a=1")))).toBe("malformed_body");
  });

  test("an empty body without a type has no fields", () => {
    expect({ ...parseBody(null, new Uint8Array(0)) }).toEqual({});
    expect({ ...parseBody(FORM, new Uint8Array(0)) }).toEqual({});
    expect(outcome(() => parseBody("multipart/form-data", new Uint8Array(0)))).toBe("unsupported_media_type");
  });

  test.each([
    ["a byte that isn't UTF-8", [0x7b, 0xff, 0x7d]],
    ["an overlong slash", [0x61, 0x3d, 0xc0, 0xaf]],
    ["a surrogate in UTF-8", [0x61, 0x3d, 0xed, 0xa0, 0x80]],
    ["UTF-16", [0x7b, 0, 0x7d, 0]],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
  ])("[IN-04] %s is malformed", (_, bytes) => {
    expect(outcome(() => parseBody("application/json", Uint8Array.from(bytes)))).toBe("malformed_body");
    expect(outcome(() => parseBody(FORM, Uint8Array.from(bytes)))).toBe("malformed_body");
  });

  test("[IN-02] any bytes become fields without prototype, or a BodyError", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"',
      "\\",
      ",",
      ":",
      "a",
      "=",
      "&",
      "%",
      "%2",
      "1",
      "__proto__",
    );
    const body = fc.oneof(
      fc.uint8Array(),
      fc.array(piece).map((parts) => utf8(parts.join(""))),
      fc.json().map(utf8),
    );
    fc.assert(
      fc.property(fc.constantFrom("application/json", FORM, null, "x/y"), body, (type, bytes) => {
        const result = outcome(() => parseBody(type, bytes));
        if (typeof result !== "string") expect(Object.getPrototypeOf(result)).toBeNull();
        else expect(["malformed_body", "unsupported_media_type"]).toContain(result);
      }),
      { numRuns: 2000 },
    );
  });
});

function isSpecial(name: string): boolean {
  return /^(?:__proto__|constructor|prototype)$|\[\]$/.test(name) || name.startsWith("\ufeff");
}
