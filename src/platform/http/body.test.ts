import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyError, parseBody, parseForm, parseJson, readBytes } from "./body.ts";

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
  test("joins chunks, and no stream is no bytes", async () => {
    expect(await readBytes(source([utf8("ab"), utf8("cd")]), 4, "4")).toEqual(utf8("abcd"));
    expect(await readBytes(source([utf8("ab")]), 4)).toEqual(utf8("ab"));
    expect(await readBytes(source([]), 4)).toEqual(new Uint8Array(0));
    expect(await readBytes(null, 4, null)).toEqual(new Uint8Array(0));
  });

  test("[IN-01] refuses by Content-Length before reading", async () => {
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
      // Never settles: the refusal must not wait for it.
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

  test("a body that breaks off or is no bytes is malformed", async () => {
    const broken = source([utf8("x"), new Error("aborted")]);
    await expect(readBytes(broken, 64)).rejects.toMatchObject({ code: "malformed_body", status: 400 });
    await expect(readBytes(source(["text"]), 64)).rejects.toMatchObject({ code: "malformed_body" });
  });
});

describe("parseForm", () => {
  test("reads fields as plain strings", () => {
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

  test.each(["a=1&a=2", "a=1&%61=1", "csrf_token=x&csrf_token=x", "email[]=a&email[]=b", "a&a"])(
    "[IN-03] %j gives a field twice",
    (text) => {
      expect(outcome(() => parseForm(text))).toBe("malformed_body");
    },
  );

  test("[IN-03] a semicolon does not separate", () => {
    expect({ ...parseForm("a=1;a=2") }).toEqual({ a: "1;a=2" });
  });

  test("only scopes and roles are lists", () => {
    expect({ ...parseForm("scopes=a&scopes%5B%5D=b&roles[]=c") }).toEqual({
      scopes: ["a", "b"],
      roles: ["c"],
    });
    expect({ ...parseForm("roles[]=") }).toEqual({ roles: [] });
  });

  test("[IN-02] other brackets stay part of the name", () => {
    expect({ ...parseForm("email[]=a&email[a]=b&a[0][0]=c&user.role=d&__proto__[role]=admin") }).toEqual({
      "email[]": "a",
      "email[a]": "b",
      "a[0][0]": "c",
      "user.role": "d",
      "__proto__[role]": "admin",
    });
  });

  test("[IN-02] names that reach into prototypes are dropped, and nothing is inherited", () => {
    const fields = parseForm("__proto__=a&constructor=b&prototype=c&toString=d");
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(Object.keys(fields)).toEqual(["toString"]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test("[IN-01] at most 200 pairs", () => {
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

describe("parseJson", () => {
  test("reads an object", () => {
    const fields = parseJson(' {"a": [1, {"b": "c\\u00e9\\"\\\\"}], "d": null, "e": {}, "f": [[], ","]}\n');
    expect({ ...fields }).toEqual({ a: [1, { b: 'cé"\\' }], d: null, e: {}, f: [[], ","] });
    expect(Object.getPrototypeOf(fields)).toBeNull();
  });

  test.each([
    "",
    " ",
    "[]",
    "null",
    "1",
    '"a"',
    "true",
    "NaN",
    "{",
    '{"a":1}}',
    '{"a":1,}',
    "{a:1}",
    '{"a":"',
    "{'a':1}",
  ])("[IN-02] %j is malformed", (text) => {
    expect(outcome(() => parseJson(text))).toBe("malformed_body");
  });

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":{"c":{},"c":[]}}',
    '{"a":[{"b":1},{"b":1,"b":2}]}',
    '{"email":"a","\\u0065mail":"b"}',
    '{"a":{"x":1},"b":"x","a":2}',
    '{"":1,"":2}',
  ])("[IN-03] %s gives a key twice", (text) => {
    expect(outcome(() => parseJson(text))).toBe("malformed_body");
  });

  test.each(['{"a":{"a":"a"},"b":["a","a",{"a":1}]}', '{"a":"\\",\\"a\\":1"}', '{"a":"b","b":"a"}'])(
    "[IN-03] %s has every key once",
    (text) => {
      expect({ ...parseJson(text) }).toEqual(JSON.parse(text));
    },
  );

  test.each([
    "\ufeff{}",
    '{"a":"\\u0000"}',
    '{"a":"\0"}',
    '{"a":"\\ud800"}',
    '{"\\udc00":1}',
    '{"a":"\ud800"}',
    '{"a":"\n"}',
  ])("[IN-04] %j is malformed", (text) => {
    expect(outcome(() => parseJson(text))).toBe("malformed_body");
  });

  test("[IN-01] [IN-10] nesting is bounded, also at lengths that would exhaust a stack", () => {
    const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect(outcome(() => parseJson(nested(32)))).toHaveProperty("a");
    expect(outcome(() => parseJson(nested(33)))).toBe("malformed_body");
    expect(outcome(() => parseJson(nested(200_000)))).toBe("malformed_body");
    expect(outcome(() => parseJson('{"a":'.repeat(200_000)))).toBe("malformed_body");
  });

  test("[IN-02] keys that reach into prototypes are gone at every depth", () => {
    const fields = parseJson(
      '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"isAdmin":true}},"\\u005f_proto__x":1,' +
        '"a":[{"\\u005f_proto__":{"role":"admin"},"b":1}]}',
    );
    expect({ ...fields }).toEqual({ __proto__x: 1, a: [{ b: 1 }] });
    expect(Object.getOwnPropertyNames((fields.a as object[])[0])).toEqual(["b"]);
    expect(Object.assign({}, fields).role).toBeUndefined();
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test("the message never quotes the body", () => {
    expect(() => parseJson('{"password":"hunter2" oops}')).toThrow("The body is not valid JSON.");
  });

  test("[IN-02] any object survives the round trip", () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));
    fc.assert(
      fc.property(value, (object) => {
        const text = JSON.stringify(object);
        fc.pre(!/__proto__|constructor|prototype|\\u0000/.test(text));
        expect(JSON.stringify(parseJson(text))).toBe(text);
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

  test("[CF-04] is parsed only as declared", () => {
    expect({ ...parseBody(FORM, utf8('{"a":"b=c"}')) }).toEqual({ '{"a":"b': 'c"}' });
    expect(outcome(() => parseBody("application/json", utf8("a=1")))).toBe("malformed_body");
  });

  test("nothing without a type is no fields", () => {
    expect({ ...parseBody(null, new Uint8Array(0)) }).toEqual({});
    expect({ ...parseBody(FORM, new Uint8Array(0)) }).toEqual({});
    expect(outcome(() => parseBody("multipart/form-data", new Uint8Array(0)))).toBe("unsupported_media_type");
  });

  test.each([
    ["a byte that is no UTF-8", [0x7b, 0xff, 0x7d]],
    ["an overlong slash", [0x61, 0x3d, 0xc0, 0xaf]],
    ["a surrogate in UTF-8", [0x61, 0x3d, 0xed, 0xa0, 0x80]],
    ["UTF-16", [0x7b, 0, 0x7d, 0]],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
  ])("[IN-04] %s is malformed", (_, bytes) => {
    expect(outcome(() => parseBody("application/json", Uint8Array.from(bytes)))).toBe("malformed_body");
    expect(outcome(() => parseBody(FORM, Uint8Array.from(bytes)))).toBe("malformed_body");
  });

  test("[IN-02] any bytes: fields without prototype, or a BodyError", () => {
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
  return (
    /^(?:__proto__|constructor|prototype|(?:scopes|roles)(?:\[\])?)$/.test(name) || name.startsWith("\ufeff")
  );
}
