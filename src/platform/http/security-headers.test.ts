import { describe, expect, test } from "vitest";
import { jsonHeaders, pageHeaders } from "./security-headers.ts";

const NONCE = "q83vEjRWeJCrze8SNFZ4kA==";
const page = pageHeaders({ nonce: NONCE, https: true });
const json = jsonHeaders({ https: true });

function policyOf(headers: Record<string, string>): Record<string, string> {
  const directives = headers["Content-Security-Policy"]!.split("; ");
  return Object.fromEntries(
    directives.map((text) => [text.split(" ", 1)[0]!, text.slice(text.indexOf(" ") + 1)]),
  );
}

test("[HD-01] HSTS covers a year and subdomains, on https only", () => {
  for (const headers of [page, json]) {
    expect(headers["Strict-Transport-Security"]).toBe("max-age=31536000; includeSubDomains");
  }
  expect(pageHeaders({ nonce: NONCE, https: false })).not.toHaveProperty("Strict-Transport-Security");
  expect(jsonHeaders({ https: false })).not.toHaveProperty("Strict-Transport-Security");
});

describe("the content security policy", () => {
  test("[HD-02] [HD-03] the policy of a page allows only the page's own parts", () => {
    expect(policyOf(page)).toEqual({
      "default-src": "'none'",
      "script-src": `'nonce-${NONCE}'`,
      "style-src": `'nonce-${NONCE}'`,
      "img-src": "'self'",
      "font-src": "'self'",
      "form-action": "'self'",
      "base-uri": "'none'",
      "object-src": "'none'",
      "frame-ancestors": "'none'",
    });
    expect(page["Content-Security-Policy"]).not.toContain("unsafe");
  });

  test("[HD-02] only origins are accepted as further form targets", () => {
    const headers = pageHeaders({ nonce: NONCE, https: true, formActions: ["https://accounts.example"] });
    expect(policyOf(headers)["form-action"]).toBe("'self' https://accounts.example");
    const open = pageHeaders({ nonce: NONCE, https: true, formActions: ["https:"] });
    expect(policyOf(open)["form-action"]).toBe("'self' https:");
    for (const value of [
      "*",
      "https://a.example; script-src *",
      "https://a.example/x",
      "javascript:",
      "'none'",
      "http:",
      "data:",
      "",
    ]) {
      expect(() => pageHeaders({ nonce: NONCE, https: true, formActions: [value] })).toThrow(TypeError);
    }
  });

  test.each(["", "short", "abcdefghijklmnop'; script-src *", `${NONCE}\r\n`])(
    "[HD-02] %j is refused as a nonce",
    (nonce) => {
      expect(() => pageHeaders({ nonce, https: true })).toThrow(TypeError);
    },
  );

  test("[HD-02] [HD-03] the policy of a JSON answer allows no source", () => {
    expect(Object.values(policyOf(json)).every((value) => value === "'none'")).toBe(true);
    expect(policyOf(json)).toHaveProperty("frame-ancestors");
  });
});

test("[HD-04] [HD-05] [HD-08] headers forbid sniffing, leaking, opening and embedding", () => {
  for (const headers of [page, json]) {
    expect(headers).toMatchObject({
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "same-origin",
      "X-Frame-Options": "DENY",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "X-Robots-Tag": "noindex",
    });
  }
  expect(page["Permissions-Policy"]).toContain("camera=()");
});

test("[HD-06] caches store no page and proxies compress none, unless it is declared cacheable", () => {
  expect(page["Cache-Control"]).toBe("no-store, no-transform");
  expect(json["Cache-Control"]).toBe("no-store");
  expect(pageHeaders({ nonce: NONCE, https: true, cacheable: true })).not.toHaveProperty("Cache-Control");
});
