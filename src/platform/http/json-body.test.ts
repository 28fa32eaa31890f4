import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyError } from "./body-error.ts";
import { parseJson } from "./json-body.ts";

function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return error.code;
  }
}

describe("parseJson", () => {
  test("a flat JSON object is read", () => {
    const fields = parseJson(
      ' {"a": ["b:", "c\\u00e9\\"\\\\"], "d": null, "e": 1.5, "f": false, ":": ":"}\n',
    );
    expect({ ...fields }).toEqual({ a: ["b:", 'cé"\\'], d: null, e: 1.5, f: false, ":": ":" });
    expect(Object.getPrototypeOf(fields)).toBeNull();
  });

  test.each([
    '{"a":{}}',
    '{"a":[1]}',
    '{"a":["b",null]}',
    '{"a":[[]]}',
    '{"a":[{}]}',
    '{"__proto__":{"a":"b"}}',
  ])("[IN-02] %s is not flat", (text) => {
    expect(outcome(() => parseJson(text))).toBe("malformed_body");
  });

  test("objects in objects are read when the caller allows it", () => {
    const text = '{"a":[1,{"b":"c"}],"d":{"a":":"},"e":[[],","]}';
    expect({ ...parseJson(text, true) }).toEqual(JSON.parse(text));
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
    '{"a":[[":"]],"a":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":2}',
  ])("[IN-03] %s gives a key twice", (text) => {
    for (const nested of [false, true]) expect(outcome(() => parseJson(text, nested))).toBe("malformed_body");
  });

  test.each(['{"a":{"a":"a"},"b":["a","a",{"a":1}]}', '{"a":"\\",\\"a\\":1"}', '{"a":"b","b":"a"}'])(
    "[IN-03] %s has every key once",
    (text) => {
      expect({ ...parseJson(text, true) }).toEqual(JSON.parse(text));
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
    '{"a":["b","\\u0000"]}',
  ])("[IN-04] %j is malformed", (text) => {
    for (const nested of [false, true]) expect(outcome(() => parseJson(text, nested))).toBe("malformed_body");
  });

  test("[IN-01] [IN-10] nesting is bounded, also at lengths that would exhaust a stack", () => {
    const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect(outcome(() => parseJson(nested(32), true))).toHaveProperty("a");
    for (const text of [nested(33), nested(200_000), '{"a":'.repeat(200_000)]) {
      expect(outcome(() => parseJson(text, true))).toBe("malformed_body");
      expect(outcome(() => parseJson(text))).toBe("malformed_body");
    }
  });

  test("[IN-02] keys that reach into prototypes are dropped at every depth", () => {
    const fields = parseJson(
      '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"isAdmin":true}},"\\u005f_proto__x":1,' +
        '"a":[{"\\u005f_proto__":{"role":"admin"},"b":1}]}',
      true,
    );
    expect({ ...fields }).toEqual({ __proto__x: 1, a: [{ b: 1 }] });
    expect(Object.getOwnPropertyNames((fields.a as object[])[0])).toEqual(["b"]);
    expect(Object.assign({}, fields).role).toBeUndefined();
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test("the message of a refused body never quotes it", () => {
    expect(() => parseJson('{"password":"hunter2" oops}')).toThrow("The body is not valid JSON.");
  });

  test("[IN-02] any object survives the round trip", () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));
    fc.assert(
      fc.property(value, (object) => {
        const text = JSON.stringify(object);
        fc.pre(!/__proto__|constructor|prototype|\\u0000/.test(text));
        expect(JSON.stringify(parseJson(text, true))).toBe(text);
      }),
    );
  });
});
