import { expect, test } from "vitest";
import { cookieHeader, parseSetCookie, takeCookies } from "./cookies.ts";

test("a Set-Cookie header is split, with attributes in lower case", () => {
  const { name, value, attributes } = parseSetCookie("session=a=b; Path=/; HttpOnly; Max-Age=60");
  expect({ name, value }).toEqual({ name: "session", value: "a=b" });
  expect([...attributes]).toEqual([
    ["path", "/"],
    ["httponly", ""],
    ["max-age", "60"],
  ]);
});

test("a cookie without a value keeps its whole name", () => {
  expect(parseSetCookie("session; Path=/")).toMatchObject({ name: "session", value: "" });
});

test("an answer sets, replaces and clears cookies", () => {
  const cookies = new Map([["old", "1"]]);
  takeCookies(cookies, ["session=a; Path=/", "device=b"]);
  takeCookies(cookies, ["session=c", "old=; Max-Age=0"]);
  expect(cookieHeader(cookies)).toBe("session=c; device=b");
  expect(cookieHeader(new Map())).toBe("");
});
