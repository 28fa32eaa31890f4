import { type Html, html } from "./html.ts";

/**
 * The key mark in the colours of the theme. Decorative: the site name is beside it.
 *
 * @example
 * const body = ui.html`<section class="hero">${ui.keyMark()}<h1>Welcome</h1></section>`;
 */
export function keyMark(): Html {
  return html`<svg class="key-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false"><rect class="key-mark-tile" width="32" height="32" rx="9"/><g class="key-mark-key" fill="none" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" transform="rotate(-45 16 16)"><circle cx="10.6" cy="16" r="4.4"/><path d="M15 16h11.4M22 16v3.6M26.4 16v4.4"/></g></svg>`;
}

/** An eye for "Show password". The theme adds the stroke through it while the button is pressed. */
export function eyeGlyph(): Html {
  return html`<svg class="glyph" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="3"/><path class="glyph-strike" d="M4 4l16 16"/></svg>`;
}

/** A sign for the kind of a notice, so that colour is never the only difference. */
export function noticeGlyph(category: "success" | "info" | "warning" | "error"): Html {
  const shape = {
    success: html`<circle cx="12" cy="12" r="9"/><path d="M8 12.4l2.7 2.7L16 9.6"/>`,
    info: html`<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 7.8v.2"/>`,
    warning: html`<path d="M12 3.8 21.4 20H2.6ZM12 10v4.5M12 17.2v.2"/>`,
    error: html`<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.2v.2"/>`,
  }[category];
  return html`<svg class="glyph notice-glyph" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;
}
