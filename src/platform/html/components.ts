import { noticeGlyph } from "./glyphs.ts";
import { type Html, html } from "./html.ts";
import { safeHref } from "./safe-href.ts";

/** Plain text, which gets escaped, or a piece of a page. */
export type Content = string | Html;

/**
 * A raised box with a heading. `level` 1 (the default) makes it the page's heading, 2 a part of the page.
 *
 * @example
 * const body = ui.card({ title: "Invite a friend", children: ui.html`<p>Your link: …</p>` });
 */
export function card(options: {
  title: string;
  intro?: Content;
  children: Content | readonly Content[];
  footer?: Content;
  level?: 1 | 2;
}): Html {
  const heading =
    options.level === 2
      ? html`<h2 class="card-title">${options.title}</h2>`
      : html`<h1 class="card-title">${options.title}</h1>`;
  return html`<section class="card"><div class="card-body"><div class="card-head">${heading}${
    options.intro && html`<p class="card-intro">${options.intro}</p>`
  }</div>${options.children}</div>${options.footer && html`<div class="card-footer">${options.footer}</div>`}</section>`;
}

/**
 * The heading of a content page, with the actions of that page.
 *
 * @example
 * const head = ui.pageHeader({ title: "Posts", actions: ui.linkButton({ href: "/posts/new", label: "New post" }) });
 */
export function pageHeader(options: {
  title: string;
  intro?: Content;
  actions?: Content | readonly Content[];
}): Html {
  return html`<div class="page-header"><div><h1>${options.title}</h1>${
    options.intro && html`<p class="page-intro">${options.intro}</p>`
  }</div>${options.actions && html`<div class="actions">${options.actions}</div>`}</div>`;
}

/**
 * A table that becomes a list of cards when it is narrow. The first cell of a row is its heading. Roles are spelled
 * out because browsers drop a table's meaning when its display changes. `hideCaption` leaves the caption to screen
 * readers, for a page whose heading says the same. Default false.
 *
 * @example
 * const table = ui.dataTable({ caption: "Members", columns: ["Name", "Role"], rows: [["Anna", "editor"]] });
 */
export function dataTable(options: {
  caption: string;
  hideCaption?: boolean;
  columns: readonly string[];
  rows: readonly (readonly Content[])[];
}): Html {
  const head = options.columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`);
  const caption = options.hideCaption
    ? html`<caption class="visually-hidden">${options.caption}</caption>`
    : html`<caption>${options.caption}</caption>`;
  const rows = options.rows.map((cells) => html`<tr role="row">${cells.map(cell(options.columns))}</tr>`);
  return html`<div class="table-frame"><table class="data-table" role="table">${caption}<thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${rows}</tbody></table></div>`;
}

function cell(columns: readonly string[]): (content: Content, index: number) => Html {
  return (content, index) => {
    const label = columns[index] ?? "";
    if (index === 0) return html`<th role="rowheader" scope="row"><div class="cell">${content}</div></th>`;
    return html`<td role="cell" data-label="${label}"><div class="cell">${content}</div></td>`;
  };
}

/**
 * A short state such as "Active". Its words carry the meaning, and the tone only repeats it. Default "neutral".
 *
 * @example
 * const state = ui.badge("Published", "success");
 */
export function badge(
  label: string,
  tone: "neutral" | "accent" | "success" | "warning" | "error" = "neutral",
): Html {
  return html`<span class="badge badge-${tone}">${label}</span>`;
}

/**
 * A message in the page. Errors and warnings interrupt a screen reader; others wait. A message about news is `focused`
 * (default false). Screen readers announce no text of a page that just loaded, but they read the focused element. Of
 * several focused elements the first one wins.
 *
 * @example
 * const saved = ui.notice({ category: "success", message: "Saved." });
 */
export function notice(options: {
  message: Content;
  category: "success" | "info" | "warning" | "error";
  focused?: boolean;
}): Html {
  const role = options.category === "error" || options.category === "warning" ? "alert" : "status";
  const focus = options.focused ? html` tabindex="-1" autofocus` : "";
  return html`<div class="notice notice-${options.category}" role="${role}"${focus}>${noticeGlyph(options.category)}<div>${options.message}</div></div>`;
}

/**
 * A list of links, each with a line about the page it leads to.
 *
 * @example
 * const links = ui.linkList([{ href: "/account", label: "Your account" }]);
 */
export function linkList(items: readonly { href: string; label: string; description?: string }[]): Html {
  return html`<ul class="link-list">${items.map(
    (item) =>
      html`<li><a href="${safeHref(item.href)}">${item.label}</a>${item.description && html`<p>${item.description}</p>`}</li>`,
  )}</ul>`;
}

/**
 * A link that looks like a button. It leads to a page and changes nothing. Default variant "secondary".
 *
 * @example
 * const button = ui.linkButton({ href: "/posts/new", label: "New post", variant: "primary" });
 */
export function linkButton(options: {
  href: string;
  label: string;
  variant?: "primary" | "secondary" | "quiet";
}): Html {
  return html`<a class="button button-${options.variant ?? "secondary"}" href="${safeHref(options.href)}">${options.label}</a>`;
}

/**
 * Names and values, such as the facts about one account.
 *
 * @example
 * definitionList([{ term: words.nickname, description: nickname }])
 */
export function definitionList(items: readonly { term: string; description: Content }[]): Html {
  return html`<dl class="facts">${items.map(
    ({ term, description }) => html`<div><dt>${term}</dt><dd>${description}</dd></div>`,
  )}</dl>`;
}

/**
 * Running text: paragraphs, lists, code, in a width that reads well.
 *
 * @example
 * prose(html`<p>${words.first}</p><p>${words.second}</p>`)
 */
export function prose(children: Content | readonly Content[]): Html {
  return html`<div class="prose">${children}</div>`;
}

/**
 * Shown instead of an empty list, with the next step.
 *
 * @example
 * const nothing = ui.emptyState({ title: "No posts yet", description: "Be the first to write one." });
 */
export function emptyState(options: { title: string; description?: Content; action?: Content }): Html {
  return html`<div class="empty"><h2>${options.title}</h2>${options.description && html`<p>${options.description}</p>`}${options.action}</div>`;
}
