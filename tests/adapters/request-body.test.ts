import { expect, test } from "vitest";
import {
  GUARDED_BODY_BYTES,
  isEmptyBody,
  parseApplicationBody,
  readParsedBody,
  tokenOf,
} from "../../src/adapters/request-body.ts";

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json; charset=utf-8";
const read = (type: string | null, body: unknown, limit = GUARDED_BODY_BYTES) => {
  try {
    return { ...readParsedBody(type, body, limit) };
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test("[IN-02] a parsed form is read again by the library's rules", () => {
  expect(read(FORM, { login: "a b&c=d", password: "ü+%" })).toEqual({ login: "a b&c=d", password: "ü+%" });
  expect(read(FORM, { "roles[]": ["a", "b"] })).toEqual({ roles: ["a", "b"] });
  expect(read(FORM, { "roles[]": [""] })).toEqual({ roles: [] });
  expect({ ...readParsedBody(FORM, { scopes: ["a", "b"] }, 100, { lists: ["scopes"] }) }).toEqual({
    scopes: ["a", "b"],
  });
  for (const value of [{ a: "b" }, ["a"], ["a", "b"], 1, true, null, undefined, [["a"]]]) {
    expect(read(FORM, { login: value })).toBe("malformed_body");
  }
  expect(read(FORM, { roles: { 0: "a" } })).toBe("malformed_body");
  expect(read(FORM, ["login"])).toBe("malformed_body");
  expect(read(FORM, new Map([["login", "a"]]))).toBe("malformed_body");
  expect(read(FORM, { login: "a\0" })).toBe("malformed_body");
  expect(
    read(
      FORM,
      Object.fromEntries([
        ["__proto__", "x"],
        ["login", "a"],
      ]),
    ),
  ).toEqual({ login: "a" });
});

test("[IN-02] parsed JSON is read again by the library's rules", () => {
  expect(read(JSON_TYPE, { remember: true, scopes: ["a"], days: 3 })).toEqual({
    remember: true,
    scopes: ["a"],
    days: 3,
  });
  expect(read(JSON_TYPE, JSON.parse('{"__proto__":"x","constructor":1,"a":"b"}'))).toEqual({ a: "b" });
  for (const body of [[1], 1, true, { a: "\0" }, { a: { b: 2 } }, { a: [1] }])
    expect(read(JSON_TYPE, body)).toBe("malformed_body");
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  expect(read(JSON_TYPE, circle)).toBe("malformed_body");
});

test("texts and bytes are read unchanged; other types and sizes are refused", () => {
  expect(read(FORM, "login=a")).toEqual({ login: "a" });
  expect(read(JSON_TYPE, Buffer.from('{"login":"a"}'))).toEqual({ login: "a" });
  expect(read(JSON_TYPE, '{"a":1,"a":2}')).toBe("malformed_body");
  for (const type of ["text/plain", "multipart/form-data; boundary=x", null]) {
    expect(read(type, { login: "a" })).toBe("unsupported_media_type");
    expect(read(type, "login=a")).toBe("unsupported_media_type");
  }
  expect(read(`${FORM}; charset=iso-8859-1`, { login: "a" })).toBe("unsupported_media_type");
  expect(read(FORM, { login: "a".repeat(100) }, 100)).toBe("body_too_large");
  expect(read(JSON_TYPE, { login: "a".repeat(100) }, 100)).toBe("body_too_large");
});

test("a missing body has no fields", () => {
  for (const body of [undefined, null, {}, Object.create(null)]) expect(isEmptyBody(body)).toBe(true);
  for (const body of ["", [], { a: 1 }, Buffer.alloc(0)]) expect(isEmptyBody(body)).toBe(false);
  expect([read(null, undefined), read(FORM, {}), read(JSON_TYPE, {})]).toEqual([{}, {}, {}]);
});

test("[CF-01] the token comes from a single own field of the body", () => {
  const token = (type: string | null, body: unknown) => tokenOf(type, body).csrf_token;
  expect(token(FORM, { csrf_token: "t" })).toBe("t");
  expect(token(FORM, "a=1&csrf_token=t")).toBe("t");
  expect(token(JSON_TYPE, Buffer.from('{"csrf_token":"t"}'))).toBe("t");
  expect(token("multipart/form-data; boundary=x", { csrf_token: "t" })).toBe("t");
  for (const body of [
    { csrf_token: ["t"] },
    "csrf_token=t&csrf_token=t",
    Object.create({ csrf_token: "t" }),
    null,
    "t",
  ]) {
    expect(token(FORM, body)).toBeUndefined();
  }
  expect(token(JSON_TYPE, '{"csrf_token":"t","a":{"b":[{}]}}')).toBe("t");
  expect(parseApplicationBody(JSON_TYPE, '{"a":{"b":[1]}}')).toEqual({ a: { b: [1] } });
  expect(parseApplicationBody("text/plain", "csrf_token=t")).toBeUndefined();
});
