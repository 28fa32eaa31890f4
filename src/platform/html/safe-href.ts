const allowedSchemes = new Set(["http", "https", "mailto"]);

/**
 * A link target that can't run a script: relative addresses, http(s) and mailto pass unchanged, every other scheme
 * (`javascript:`, `data:`, `vbscript:` …) becomes "#". Escaping alone doesn't help there, because the quotes are
 * fine and the scheme is the attack. Source: ASVS 1.2.2, requirement IN-06.
 */
export function safeHref(href: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(withoutIgnoredCharacters(href))?.[1];
  if (scheme === undefined || allowedSchemes.has(scheme.toLowerCase())) return href;
  return "#";
}

/** Browsers drop control characters and spaces that stand before or inside a scheme, so they mustn't hide one here. */
function withoutIgnoredCharacters(href: string): string {
  return href.replace(/[\u0000-\u0020]/g, "");
}
