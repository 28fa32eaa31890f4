const NONCE = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;
const ONE_YEAR_SECONDS = 31_536_000;

/** Features that the pages never need. Passkey features keep the browser's default: only the page's origin. */
const PERMISSIONS = ["camera", "display-capture", "geolocation", "microphone", "payment", "usb"]
  .map((feature) => `${feature}=()`)
  .join(", ");

/**
 * Security headers of an HTML page. `nonce` is the base64 value, new for every response, that the page's own script
 * and style elements carry. `formActions` are further origins that its forms may lead to, by redirects too; `https:`
 * is all of them. `Cache-Control: no-store` is set unless the page is `cacheable`: the same for every visitor, without
 * forms and cookies. With it goes `no-transform`: a page that a proxy compresses gives its tokens away by its length
 * (BREACH). HSTS is set on https only.
 *
 * Throws a TypeError for a nonce or origin that would change the policy's meaning.
 *
 * @see Rows HD-01 to HD-08
 */
export function pageHeaders(options: {
  nonce: string;
  https: boolean;
  formActions?: readonly string[];
  cacheable?: boolean;
}): Record<string, string> {
  if (!NONCE.test(options.nonce)) {
    throw new TypeError("The nonce must be base64 of at least 16 characters.");
  }
  const formActions = (options.formActions ?? []).map(checkedFormAction);
  return {
    ...commonHeaders(options.https),
    "Content-Security-Policy": [
      "default-src 'none'",
      `script-src 'nonce-${options.nonce}'`,
      `style-src 'nonce-${options.nonce}'`,
      "img-src 'self'",
      "font-src 'self'",
      `form-action ${["'self'", ...formActions].join(" ")}`,
      "base-uri 'none'",
      "object-src 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "Permissions-Policy": PERMISSIONS,
    ...(options.cacheable ? {} : { "Cache-Control": "no-store, no-transform" }),
  };
}

/**
 * Security headers of a JSON answer. It may not be loaded, framed, sniffed, embedded or stored.
 *
 * @example
 * const answer = Response.json({ ok: true }, { headers: jsonHeaders({ https: auth.settings.https }) });
 */
export function jsonHeaders(options: { https: boolean }): Record<string, string> {
  return {
    ...commonHeaders(options.https),
    "Content-Security-Policy":
      "default-src 'none'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
  };
}

function commonHeaders(https: boolean): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    ...(https ? { "Strict-Transport-Security": `max-age=${ONE_YEAR_SECONDS}; includeSubDomains` } : {}),
  };
}

/** Whether a value is an origin that the policy can name, or `https:` for all of them. */
export function isFormAction(value: string): boolean {
  if (value === "https:") return true;
  const url = URL.parse(value);
  return url !== null && url.origin === value && /^https?:$/.test(url.protocol);
}

function checkedFormAction(value: string): string {
  if (!isFormAction(value))
    throw new TypeError("A form action must be an origin such as https://accounts.example, or https:.");
  return value;
}
