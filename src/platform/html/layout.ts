import { assetUrl } from "./assets.ts";
import { notice } from "./components.ts";
import { keyMark } from "./glyphs.ts";
import { type Html, html, raw } from "./html.ts";
import { safeHref } from "./safe-href.ts";

/** A link of the header, in order. */
export interface HeaderLink {
  label: string;
  href: string;
  /** The link leads to the current page. Default false. */
  current?: boolean;
}

/** Links to the pages of one place, beside each of them. On narrow screens they stand above. */
export interface SideNavigation {
  /** Its name for screen readers. */
  label: string;
  links: readonly HeaderLink[];
}

/** Everything around the body of a page. Strings are plain text; the layout escapes them. */
export interface LayoutModel {
  /** BCP 47, such as "en". */
  language: string;
  siteName: string;
  title: string;
  /** For search engines and previews, on public pages. Default none. */
  description?: string;
  /** The page reports a problem: its title then starts with "Error: ". Default false. */
  error?: boolean;
  /** The nonce that this response's Content-Security-Policy names. */
  nonce: string;
  /** The text before "/assets/…": "" or the prefix of the pages, such as "/auth". */
  assetPath: string;
  /** "card" for one form in the middle, "content" for reading, lists and tables. */
  width: "card" | "content";
  navigation: readonly HeaderLink[];
  /** Present if a user is signed in. Logging out is a form, because a link must not end a session. */
  account?: {
    name: string;
    /** Says what the link with the name leads to, for screen readers. */
    accountLabel: string;
    accountHref: string;
    /** This is the page being shown. Default false. */
    current?: boolean;
    logoutHref: string;
    csrfField: Html;
    logoutLabel: string;
  };
  /** The page is one of several of a place. Default: it stands alone. */
  side?: SideNavigation;
  homeHref: string;
  flashes: readonly { message: string; category: "success" | "info" | "warning" | "error" }[];
  body: Html;
  help?: { label: string; href: string };
  skipLabel: string;
  /** Further style sheets, after the theme, for pages that override its `--lk-*` variables. Default none. */
  stylesheets?: readonly string[];
  /** The name of the navigation for screen readers, such as "Main". */
  navigationLabel: string;
  /** The start of an error page's title, such as "Error: ". */
  errorPrefix: string;
}

/** The background of the theme, for the browser's own bars. */
export const themeColor = { light: "#f6f7f9", dark: "#0e1015" };
const themeColors = (["light", "dark"] as const).map(
  (scheme) =>
    html`<meta name="theme-color" content="${themeColor[scheme]}" media="(prefers-color-scheme: ${scheme})">`,
);

/** Separate, since bundlers rewrite a template that holds it, with a missing helper. */
const scriptEnd = raw("</script>");

/** A whole HTML document. It works without its script, under a policy that forbids inline styles and scripts. */
export function renderLayout(page: LayoutModel): Html {
  const frame = page.side === undefined ? page.width : "content";
  const title = `${page.error ? page.errorPrefix : ""}${page.title} · ${page.siteName}`;
  return html`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${themeColors}
<title>${title}</title>
${
  page.description !== undefined &&
  html`<meta name="description" content="${page.description}">
`
}<link rel="icon" type="image/svg+xml" href="${page.assetPath}${assetUrl("icon")}">
<link rel="apple-touch-icon" href="${page.assetPath}${assetUrl("touchIcon")}">
<link rel="stylesheet" href="${page.assetPath}${assetUrl("style")}" nonce="${page.nonce}">
${(page.stylesheets ?? []).map((href) => html`<link rel="stylesheet" href="${safeHref(href)}" nonce="${page.nonce}">`)}
<script src="${page.assetPath}${assetUrl("script")}" defer nonce="${page.nonce}">${scriptEnd}
</head>
<body class="page page-${frame}">
<a class="skip-link" href="#main">${page.skipLabel}</a>
<header class="site-header">
${frame === "card" ? [menu(page), brand(page)] : [brand(page), menu(page)]}
</header>
${
  page.side === undefined
    ? main(page)
    : html`<div class="place">
<nav class="side" aria-label="${page.side.label}">${links(page.side.links)}</nav>
${main(page)}
</div>`
}
${footer(page)}
</body>
</html>
`;
}

function brand(page: LayoutModel): Html {
  return html`<a class="brand" href="${safeHref(page.homeHref)}">${keyMark()}<span>${page.siteName}</span></a>`;
}

function menu(page: LayoutModel): Html {
  return html`<div class="menu">${navigation(page)}${account(page)}</div>`;
}

function main(page: LayoutModel): Html {
  return html`<main id="main" class="main main-${page.width}" tabindex="-1">
${page.flashes.map((flash, index) => notice({ ...flash, focused: index === 0 }))}
${page.body}
</main>`;
}

function navigation(page: LayoutModel): Html {
  if (page.navigation.length === 0) return html``;
  return html`<nav aria-label="${page.navigationLabel}">${links(page.navigation)}</nav>`;
}

function links(items: readonly HeaderLink[]): Html {
  return html`<ul class="navigation">${items.map(
    ({ href, label, current }) =>
      html`<li><a href="${safeHref(href)}"${ariaCurrent(current)}>${label}</a></li>`,
  )}</ul>`;
}

function ariaCurrent(current = false): Html {
  return current ? html` aria-current="page"` : html``;
}

function account(page: LayoutModel): Html {
  if (!page.account) return html``;
  const { name, accountLabel, accountHref, current, logoutHref, csrfField, logoutLabel } = page.account;
  return html`<div class="account"><a class="account-link" href="${safeHref(accountHref)}"${ariaCurrent(current)}><span class="avatar" aria-hidden="true">${initial(name)}</span><span class="visually-hidden">${accountLabel}: </span><span class="account-name">${name}</span></a><form method="post" action="${safeHref(logoutHref)}">${csrfField}<button class="button button-quiet" type="submit">${logoutLabel}</button></form></div>`;
}

function initial(name: string): string {
  return Array.from(name.trim())[0]?.toUpperCase() ?? "";
}

function footer(page: LayoutModel): Html {
  const help = page.help && html` <a href="${safeHref(page.help.href)}">${page.help.label}</a>`;
  return html`<footer class="site-footer"><span>${page.siteName}</span>${help}</footer>`;
}
