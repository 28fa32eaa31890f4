import { readFileSync } from "node:fs";

/*
 * Texts in separate files, so that editors know their language. From source they are read once, at start. The build
 * runs this module and writes its exports into the package as constants (`scripts/build.ts`). So the package reads no
 * file, and any bundler works.
 */

const read = (name: string, encoding: "utf8" | "base64" = "utf8"): string =>
  readFileSync(new URL(name, import.meta.url), encoding);

const sheets = [
  // All variables that can be overridden. theme-css.test.ts proves the contrast of each pair.
  "variables",
  // Plain elements: text, headings, links, code, and their common focus.
  "document",
  // The parts around every page: header, navigation, the two widths, notices, footer.
  "frame",
  // Forms: fields, buttons, tick boxes, the error summary, and the card that holds them.
  "controls",
  // Content pages: tables, lists, posts, mail, running text and the front page.
  "content",
];

/**
 * The whole style sheet. It loads nothing and names every colour, space, radius and font as a `--lk-*` variable on
 * `:root`. A later style sheet changes it by setting those variables.
 */
export const themeCss: string = sheets.map((name) => read(`./theme/${name}.css`)).join("\n");

/**
 * The only script of the pages, and every page works without it. It adds the "Show password" button and shows times in
 * the reader's time zone. A double click sends a form once. It also reloads a page that the browser restored from
 * memory: Back after signing out must show no private page.
 *
 * @see Row LO-05
 */
export const script: string = read("./page-script.js");

/** The icon that phones put on their home screens, as base64. They round its corners and know no SVG. */
export const touchIcon: string = read("./touch-icon.png", "base64");
