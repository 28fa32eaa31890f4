const MAXIMUM_BYTES = 2048;
const CONTROLS = /[\x00-\x1f\x7f-\x9f]/;
const FORBIDDEN = /[\x00-\x1f\x7f-\x9f\\]/;
/** A percent sign that begins no byte. */
const BROKEN = /%(?![0-9a-f]{2})/i;
/** Bytes that a careless decoder of UTF-8 reads as ASCII, and those of no encoding. An older encoding has the others. */
const OVERLONG = /%(?:c[01]%[89ab]|e0%[89]|f0%8|f8%8|fc%8|f[ef])/i;

/**
 * The path to send the browser to next: `/path?query#fragment` on this origin, or `fallback` for anything else. It is
 * as the WHATWG URL parser emits it, so non-ASCII is percent-encoded. Never throws.
 *
 * Only a value that begins as a path counts; even a full URL of the own origin becomes the fallback. It refuses more
 * than 2,048 bytes, control characters, backslashes, and `//` at the start. The same holds after one or two rounds of
 * decoding, since a proxy or framework may decode again. The emitted path is checked once more: dot segments turn
 * harmless-looking input into `//host`. Further inside, `//` and an encoded backslash belong to the path, as in
 * `/wiki/https://example.org/`.
 *
 * @see Rows RD-01, RD-02
 */
export function safeNextPath(value: unknown, origin: URL, fallback = "/dashboard"): string {
  if (typeof value !== "string" || !hasFormOfPath(value)) return fallback;

  const url = resolveOnOrigin(value, origin);
  if (url === null || !isHarmlessPath(url.pathname, origin)) return fallback;

  const emitted = url.pathname + url.search + url.hash;
  if (!hasFormOfPath(emitted)) return fallback;
  const again = resolveOnOrigin(emitted, origin);
  return again !== null && again.href === url.href ? emitted : fallback;
}

function hasFormOfPath(value: string): boolean {
  if (value.length > MAXIMUM_BYTES || !value.startsWith("/")) return false;
  if (FORBIDDEN.test(value) || !value.isWellFormed() || Buffer.byteLength(value) > MAXIMUM_BYTES)
    return false;
  return !value.startsWith("//");
}

function resolveOnOrigin(value: string, origin: URL): URL | null {
  const url = URL.parse(value, origin.origin);
  // The protocol is compared too: `blob:https://host/x` reports the origin https://host.
  if (url === null || url.origin !== origin.origin || url.protocol !== origin.protocol) return null;
  return url;
}

function isHarmlessPath(pathname: string, origin: URL): boolean {
  if (BROKEN.test(pathname) || OVERLONG.test(pathname)) return false;
  let layer = pathname;
  for (let decodings = 0; decodings <= 2; decodings++) {
    if (/^[/\\]{2}/.test(layer) || CONTROLS.test(layer)) return false;
    const url = resolveOnOrigin(layer, origin);
    if (url === null || url.pathname.startsWith("//")) return false;
    layer = decodeAscii(layer);
  }
  return true;
}

/** Decodes every valid sequence, so that a broken one doesn't hide the others. */
function decodeAscii(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
