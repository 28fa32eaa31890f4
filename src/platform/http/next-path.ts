const MAXIMUM_BYTES = 2048;
const FORBIDDEN = /[\x00-\x1f\x7f-\x9f\\]/;

/**
 * The path to send the browser to next: `/path?query#fragment` on this origin, or `fallback` for anything else. It is
 * as the WHATWG URL parser emits it, so non-ASCII is percent-encoded. Never throws.
 *
 * Only a value that begins as a path counts; even a full URL of the own origin becomes the fallback. It refuses more
 * than 2,048 bytes, control characters, backslashes, and `//` in the path. The same holds after one or two rounds of
 * decoding, since a proxy or framework may decode again. The emitted path is checked once more: dot segments turn
 * harmless-looking input into `//host`.
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
  const pathEnd = value.search(/[?#]/);
  return !(pathEnd === -1 ? value : value.slice(0, pathEnd)).includes("//");
}

function resolveOnOrigin(value: string, origin: URL): URL | null {
  const url = URL.parse(value, origin.origin);
  // The protocol is compared too: `blob:https://host/x` reports the origin https://host.
  if (url === null || url.origin !== origin.origin || url.protocol !== origin.protocol) return null;
  return url;
}

function isHarmlessPath(pathname: string, origin: URL): boolean {
  try {
    decodeURIComponent(pathname);
  } catch {
    return false;
  }
  let layer = pathname;
  for (let decodings = 0; decodings <= 2; decodings++) {
    if (layer.startsWith("//") || FORBIDDEN.test(layer)) return false;
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
