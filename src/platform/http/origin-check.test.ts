import { describe, expect, test } from "vitest";
import { checkOrigin, type OriginHeaders } from "./origin-check.ts";

const ORIGIN = new URL("https://app.example");
const OWN = "https://app.example";

function check(headers: Partial<OriginHeaders>) {
  return checkOrigin({ secFetchSite: null, origin: null, referer: null, ...headers }, ORIGIN);
}

describe("Sec-Fetch-Site", () => {
  test.each(["cross-site", "same-site"])(
    "[CF-02] Sec-Fetch-Site: %s is refused before other headers count",
    (secFetchSite) => {
      expect(check({ secFetchSite })).toMatchObject({ ok: false });
      expect(check({ secFetchSite, origin: OWN, referer: `${OWN}/` })).toEqual({
        ok: false,
        reason: `Sec-Fetch-Site is ${secFetchSite}`,
      });
    },
  );

  test.each(["same-origin", "none"])(
    "[CF-02] Sec-Fetch-Site: %s leaves the decision to the token",
    (secFetchSite) => {
      expect(check({ secFetchSite })).toEqual({ ok: true, tokenDecides: false });
      expect(check({ secFetchSite, origin: OWN })).toEqual({ ok: true, tokenDecides: false });
      expect(check({ secFetchSite, origin: "https://evil.example" })).toMatchObject({ ok: false });
    },
  );

  test.each(["garbage", "same-origin, same-origin", "same-origin, cross-site", "Same-Origin", ""])(
    "[CF-02] A-CS-03 %j counts as absent, never as same-origin",
    (secFetchSite) => {
      expect(check({ secFetchSite })).toEqual({ ok: true, tokenDecides: true });
      expect(check({ secFetchSite, origin: "null" })).toMatchObject({ ok: false });
      expect(check({ secFetchSite, referer: "https://evil.example/" })).toMatchObject({ ok: false });
    },
  );
});

describe("Origin and Referer", () => {
  test("[CF-03] the exact origin passes", () => {
    expect(check({ origin: OWN })).toEqual({ ok: true, tokenDecides: false });
  });

  test.each([
    "null",
    "https://app.example.evil.example",
    "https://evilapp.example",
    "https://app.example:444",
    "http://app.example",
    "https://APP.example",
    "https://app.example.",
    "https://app.example/",
    "https://app.example@evil.example",
    "https://app.example, https://app.example",
    "https://app.example, https://evil.example",
    "",
  ])("[CF-03] A-CS-04 Origin %j is refused even with a good Referer", (origin) => {
    expect(check({ origin })).toMatchObject({ ok: false });
    expect(check({ origin, referer: `${OWN}/login` })).toMatchObject({ ok: false });
  });

  test("[CF-03] A-CS-05 Origin null passes only with Sec-Fetch-Site: same-origin", () => {
    expect(check({ origin: "null", secFetchSite: "same-origin" })).toEqual({ ok: true, tokenDecides: false });
    expect(check({ origin: "null", secFetchSite: "none" })).toMatchObject({ ok: false });
    expect(check({ origin: "null", secFetchSite: "cross-site" })).toMatchObject({ ok: false });
  });

  test.each([`${OWN}/login?next=/`, OWN, `${OWN}:443/`])(
    "[CF-03] without Origin, Referer %j passes",
    (referer) => {
      expect(check({ referer })).toEqual({ ok: true, tokenDecides: false });
    },
  );

  test.each([
    "https://evil.example/?https://app.example/",
    "https://app.example.evil.example/",
    "https://app.example@evil.example/",
    "http://app.example/",
    "blob:https://app.example/x",
    "about:blank",
    "/login",
    "garbage",
  ])("[CF-03] A-CS-04 without Origin, Referer %j is refused", (referer) => {
    expect(check({ referer })).toMatchObject({ ok: false });
  });

  test("[CF-03] with none of the headers the token alone decides", () => {
    expect(check({})).toEqual({ ok: true, tokenDecides: true });
  });
});
