import { expect, test } from "vitest";
import type { Answer } from "../site/exchange.ts";
import { difference } from "./response-similarity.ts";

function reply(body: string, given: Partial<Answer> = {}): Answer {
  const rest = { setCookies: [], milliseconds: 1, receivedAt: 0, ownAddress: null };
  return { status: 401, headers: {}, body, ...rest, ...given };
}

const page = (typed: string, nonce: string, token: string) =>
  `<script nonce="${nonce}"></script>\n<input value="${typed}">\n<input name="csrf_token" value="${token}">`;

test("random values and the typed name make no difference", () => {
  const one = reply(page("a&amp;b@example.org", "abc+/=", "token one"), {
    headers: { "x-request-id": "1", date: "now", "content-security-policy": "script-src 'nonce-abc+/='" },
  });
  const other = reply(page("nobody@example.invalid", "xyz", "token two"), {
    headers: { "x-request-id": "2", date: "then", "content-security-policy": "script-src 'nonce-xyz'" },
  });
  expect(
    difference({ reply: one, typed: "a&b@example.org" }, { reply: other, typed: "nobody@example.invalid" }),
  ).toBeNull();
});

test("a difference in status, headers, cookies or words is shown", () => {
  const base = { reply: reply("Wrong."), typed: "x" };
  const unlike = (other: Answer) => difference(base, { reply: other, typed: "x" });
  expect(unlike(reply("Wrong.", { status: 404 }))).toBe('"status 401" against "status 404"');
  expect(unlike(reply("Unknown."))).toBe('"Wrong." against "Unknown."');
  expect(unlike(reply("Wrong.", { headers: { "x-known": "1" } }))).toContain('"x-known: 1"');
  expect(unlike(reply("Wrong.", { setCookies: ["s=abc; Path=/"] }))).toContain("s=<3>; Path=/");
  expect(unlike(reply("Wrong.\nMore"))).toBe('no line against "More"');
  expect(unlike(reply("password_change_required_here"))).toContain("password_change_required_here");
});
