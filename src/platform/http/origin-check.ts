export type OriginHeaders = { secFetchSite: string | null; origin: string | null; referer: string | null };

/**
 * `tokenDecides`: no header named the origin of the request, so the CSRF token is the only evidence. The token is
 * always required. `reason` is for the log.
 */
export type OriginVerdict = { ok: true; tokenDecides: boolean } | { ok: false; reason: string };

const EVIDENT: OriginVerdict = { ok: true, tokenDecides: false };

/**
 * Whether the headers let a state-changing request pass.
 *
 * `Sec-Fetch-Site: cross-site` and `same-site` are refused first. After that Origin must be exactly the configured
 * one. `Origin: null` passes only with `Sec-Fetch-Site: same-origin` (own pages under `Referrer-Policy:
 * no-referrer`). Without both, the origin of a Referer must match. Without all three, the token decides. An unknown
 * or doubled Sec-Fetch-Site counts as absent, never as same-origin.
 *
 * @see Rows CF-02, CF-03
 */
export function checkOrigin(headers: OriginHeaders, origin: URL): OriginVerdict {
  const site = headers.secFetchSite;
  if (site === "cross-site" || site === "same-site") {
    return { ok: false, reason: `Sec-Fetch-Site is ${site}` };
  }

  if (headers.origin === "null") {
    if (site === "same-origin") return EVIDENT;
    return { ok: false, reason: "Origin is null without Sec-Fetch-Site: same-origin" };
  }
  if (headers.origin !== null) {
    if (headers.origin === origin.origin) return EVIDENT;
    return { ok: false, reason: "Origin is not the configured origin" };
  }

  if (site === "same-origin" || site === "none") return EVIDENT;
  if (!headers.referer) return { ok: true, tokenDecides: true };
  const referer = URL.parse(headers.referer);
  // The protocol is compared too: `blob:https://host/x` reports the origin https://host.
  if (referer?.origin === origin.origin && referer.protocol === origin.protocol) return EVIDENT;
  return { ok: false, reason: "Referer is not on the configured origin" };
}
