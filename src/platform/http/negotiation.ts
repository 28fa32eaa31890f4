const JSON_TYPES = new Set(["application/json", "application/problem+json", "application/*"]);
const HTML_TYPES = new Set(["text/html", "application/xhtml+xml"]);
const WILDCARDS = new Set(["text/*", "*/*"]);
const QUALITY = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Whether to answer in JSON. True if the request is JSON, or if Accept names `application/json`, `application/*` or
 * `application/problem+json` and prefers it to HTML. A named JSON type beats a wildcard of the same quality; named
 * HTML wins a draw. All others get HTML, the bare wildcard included.
 */
export function wantsJson(headers: { accept: string | null; contentType: string | null }): boolean {
  if (mediaType(headers.contentType ?? "") === "application/json") return true;
  if (headers.accept === null) return false;

  let json = 0;
  let html = -1;
  let wildcard = 0;
  for (const range of headers.accept.split(",")) {
    const type = mediaType(range);
    if (JSON_TYPES.has(type)) json = Math.max(json, quality(range));
    else if (HTML_TYPES.has(type)) html = Math.max(html, quality(range));
    else if (WILDCARDS.has(type)) wildcard = Math.max(wildcard, quality(range));
  }
  if (json === 0) return false;
  return html === -1 ? json >= wildcard : json > html;
}

function mediaType(value: string): string {
  const semicolon = value.indexOf(";");
  return (semicolon === -1 ? value : value.slice(0, semicolon)).trim().toLowerCase();
}

/** The weight of a media range (RFC 9110 12.4.2): 1 if not given, 0 if it can't be read. */
function quality(range: string): number {
  for (const parameter of range.split(";").slice(1)) {
    const [name = "", value = ""] = parameter.split("=", 2);
    if (name.trim().toLowerCase() !== "q") continue;
    return QUALITY.test(value.trim()) ? Number(value) : 0;
  }
  return 1;
}
