import fc from "fast-check";
import { expect, test } from "vitest";
import { wantsJson } from "./negotiation.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

test.each([
  "application/json",
  "Application/JSON",
  "application/problem+json",
  "application/json, text/plain, */*",
  "text/html;q=0.8, application/json",
  "application/json;q=0.5",
  "application/*",
  "application/*;q=0.9, text/html;q=0.8",
  "Application/*, */*;q=0.1",
  "*/*;q=0.1, application/json;q=0.2",
  "application/json; charset=utf-8; q=0.9, text/html;Q=0.8",
])("Accept %j prefers JSON", (accept) => {
  expect(wantsJson({ accept, contentType: null })).toBe(true);
});

test.each([
  null,
  "",
  "*/*",
  "*/*;q=0",
  BROWSER,
  "text/html, application/json",
  "application/json;q=0.5, text/html;q=0.9",
  "application/json;q=0.5, */*",
  "application/json;q=0",
  "application/json;q=nonsense",
  "application/jsonp",
  "application/*;q=0",
  "application/*, text/html",
  "application/xhtml+xml, application/*",
  "../../etc",
])("Accept %j gets HTML", (accept) => {
  expect(wantsJson({ accept, contentType: null })).toBe(false);
});

test("a JSON request gets JSON whatever it accepts, and a form doesn't", () => {
  expect(wantsJson({ accept: BROWSER, contentType: "application/json; charset=utf-8" })).toBe(true);
  expect(wantsJson({ accept: null, contentType: "application/x-www-form-urlencoded" })).toBe(false);
  expect(wantsJson({ accept: null, contentType: "application/json+x" })).toBe(false);
});

test("no Accept header makes negotiation fail", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (accept, contentType) => {
      expect(typeof wantsJson({ accept, contentType })).toBe("boolean");
    }),
  );
});
