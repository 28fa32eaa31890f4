const allowedSchemes = new Set(["http", "https", "mailto"]);

/**
 * A link target that can't run a script. Relative addresses, http(s) and mailto pass unchanged; every other scheme
 * (`javascript:`, `data:`, `vbscript:` …) becomes "#". Escaping doesn't help here: the quotes are fine, the scheme is
 * the attack.
 *
 * @example
 * const link = ui.html`<a href="${ui.safeHref(post.website)}">Website</a>`;
 * @see ASVS 1.2.2, row IN-06
 */
export function safeHref(href: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(withoutIgnoredCharacters(href))?.[1];
  if (scheme === undefined || allowedSchemes.has(scheme.toLowerCase())) return href;
  return "#";
}

/** Browsers drop control characters and spaces before or inside a scheme, so these must not hide a scheme here. */
function withoutIgnoredCharacters(href: string): string {
  return href.replace(/[\u0000-\u0020]/g, "");
}
