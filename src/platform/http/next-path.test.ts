import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { harmlessTargets, hostileTargets, oddQueries } from "../../../tests/support/hostile-targets.ts";
import { safeNextPath } from "./next-path.ts";

const ORIGIN = new URL("https://app.example");
const DEFAULT = "/dashboard";

/** Hostile values of `next`; every one of these becomes the default page. */
const REFUSED = [...hostileTargets, ...oddQueries];

describe("safeNextPath", () => {
  test.each(REFUSED)("[RD-01] A-RE-01 %j becomes the default page", (value) => {
    expect(safeNextPath(value, ORIGIN)).toBe(DEFAULT);
  });

  test.each(harmlessTargets)("[RD-01] A-RE-01 %j is a path of the own origin", (value) => {
    expect(safeNextPath(value, ORIGIN)).toBe(value);
  });

  test.each([
    "/..//evil.example",
    "/.//evil.example",
    "/./\\evil.example",
    "/a/%2e%2e//evil.example",
    "/.%2f/evil.example",
    "/..%2f/evil.example",
    "/a/..%2f..%2f/evil.example",
    "/%2e%2e%2f%2fevil.example",
    "/a%2f..%2f%2fevil.example",
    "/%252e%252e%252f%252fevil.example",
    "/%255cevil.example",
    "/%252fevil.example",
    "/%250d%250ax",
    "/%252f%252fevil.example%25",
    "/a%00b",
    "/%c0%afevil.example",
    "/%e0%80%afevil.example",
    "/%f0%80%80%afevil.example",
    "/%5c%5cevil.example",
    "/%2f%5cevil.example",
    "/wiki/..//evil.example",
    "/wiki/%2e%2e/%5cevil.example",
    "/wiki/%0d%0ax",
    "/%ff",
    "/%zz",
  ])("[RD-02] dot segments and encodings that hide a host or a control are refused: %j", (value) => {
    expect(safeNextPath(value, ORIGIN)).toBe(DEFAULT);
  });

  test.each([
    ["/", "/"],
    ["/posts/1?page=2&sort=a%20b#top", "/posts/1?page=2&sort=a%20b#top"],
    ["/posts/../account", "/account"],
    ["/search?q=https://other.example/", "/search?q=https://other.example/"],
    ["/search?q=a%0d%0ab", "/search?q=a%0d%0ab"],
    ["/proxy/https%3A%2F%2Fx.example", "/proxy/https%3A%2F%2Fx.example"],
    ["/100%25", "/100%25"],
    ["/wiki/a//b", "/wiki/a//b"],
    ["/wiki/https://example.org/x", "/wiki/https://example.org/x"],
    ["/wiki/a///b?q=//c", "/wiki/a///b?q=//c"],
    ["/wiki/%2F%2Fb", "/wiki/%2F%2Fb"],
    ["/wiki/%5Cb", "/wiki/%5Cb"],
    ["/wiki/caf%E9", "/wiki/caf%E9"],
    ["/wiki/%FCber", "/wiki/%FCber"],
    ["/wiki/x//../y", "/wiki/x/y"],
    ["/caf\u00e9?q=\u00fc#\u00f1", "/caf%C3%A9?q=%C3%BC#%C3%B1"],
    ["/\u010d\u010aSet-Cookie:x", "/%C4%8D%C4%8ASet-Cookie:x"],
    ["/\u560d\u560aSet-Cookie:x", "/%E5%98%8D%E5%98%8ASet-Cookie:x"],
  ])("[RD-01] %j is emitted as %j", (value, emitted) => {
    expect(safeNextPath(value, ORIGIN)).toBe(emitted);
  });

  test("[RD-01] even full URLs of the own origin are refused", () => {
    expect(safeNextPath("https://app.example/posts", ORIGIN)).toBe(DEFAULT);
  });

  test("[RD-01] a path has at most 2048 bytes, as given and as emitted", () => {
    expect(safeNextPath(`/${"a".repeat(2047)}`, ORIGIN)).toHaveLength(2048);
    expect(safeNextPath(`/${"a".repeat(2048)}`, ORIGIN)).toBe(DEFAULT);
    expect(safeNextPath(`/${"\u00e9".repeat(1023)}`, ORIGIN)).toBe(DEFAULT);
  });

  test.each([undefined, null, 1, true, {}, [], ["/a"], { toString: () => "/a" }, "", "\ud800", "/\ud800"])(
    "[IN-02] %j is not a path",
    (value) => {
      expect(safeNextPath(value, ORIGIN, "/elsewhere")).toBe("/elsewhere");
    },
  );

  test("[RD-03] an emitted path is accepted again unchanged and stays harmless when decoded", () => {
    fc.assert(
      fc.property(hostile(), (value) => {
        const emitted = safeNextPath(value, ORIGIN);
        expect(safeNextPath(emitted, ORIGIN)).toBe(emitted);
        const decoded = decodeURIComponent(new URL(emitted, ORIGIN).pathname);
        expect(new URL(decoded, ORIGIN).origin).toBe(ORIGIN.origin);
      }),
      { numRuns: 2000 },
    );
  });

  test("[RD-01] the result for any string is a path on the origin", () => {
    fc.assert(
      fc.property(hostile(), (value) => {
        const result = safeNextPath(value, ORIGIN);
        expect(new URL(result, ORIGIN).origin).toBe(ORIGIN.origin);
        expect(new URL(result, ORIGIN).pathname).not.toMatch(/^\/[/\\]/);
        expect(result).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
      }),
      { numRuns: 2000 },
    );
  });
});

function hostile(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...[
      "/",
      "\\",
      "//",
      ".",
      "..",
      "%2f",
      "%5c",
      "%2e",
      "%25",
      "%09",
      "%0a",
      "\t",
      "\n",
      "@",
      ":",
      "?",
      "#",
      ";",
    ],
    ...["evil.example", "app.example", "https:", "a", " ", "\u3002", "[", "%"],
  );
  const made = fc.array(piece, { maxLength: 10 }).map((parts) => `/${parts.join("")}`);
  return fc.oneof(made, fc.string({ unit: "binary" }), fc.webUrl(), fc.webPath());
}
