import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** The narrowest supported window (WCAG 1.4.10), and the least width and height of click targets (2.5.8). */
const NARROW = 320;
const TARGET = 24;

const narrowRules = ["target-size", "color-contrast", "scrollable-region-focusable"];

/**
 * Checks the page by axe in light and dark. Then 320 pixels wide, also with the text spacing of WCAG 1.4.12. Restores
 * the window. `name` names the page in a failure.
 */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  // Through the debugger's protocol, which the page's Content-Security-Policy doesn't bind.
  await page.evaluate(axe.source);
  const wide = page.viewportSize() ?? { width: 1280, height: 800 };
  expect.soft(await violations(page), `${name}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect.soft(await violations(page, ["color-contrast", "link-in-text-block"]), `${name}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });

  await page.setViewportSize({ width: NARROW, height: 640 });
  expect.soft(await violations(page, narrowRules), `${name}, narrow`).toEqual([]);
  expect.soft(await tooWide(page), `${name}, narrow`).toEqual([]);
  expect.soft(await tooSmall(page), `${name}, narrow`).toEqual([]);
  await spaceText(page);
  expect.soft(await tooWide(page), `${name}, narrow, spaced text`).toEqual([]);
  await page.setViewportSize(wide);
}

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const options = only === undefined ? {} : { runOnly: { type: "rule" as const, values: only } };
    const found = await axe.run(document, { ...options, resultTypes: ["violations"] });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`),
    );
  }, rules);
}

/** The elements beyond the right edge of the window, if the page scrolls sideways. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/** Buttons, fields and links that are too small to hit, except links within a sentence. */
async function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const inText = (element: Element) =>
      element.tagName === "A" && getComputedStyle(element).display === "inline";
    return [
      ...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary"),
    ]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !inText(element))
      .filter((element) => {
        // A tick box can be clicked by its label too.
        const boxes = [element, ...((element as HTMLInputElement).labels ?? [])].map((each) =>
          each.getBoundingClientRect(),
        );
        return !boxes.some(({ width, height }) => width >= least && height >= least);
      })
      .map((element) => element.outerHTML.slice(0, 120));
  }, TARGET);
}

/** The spacing that a page must survive (WCAG 1.4.12). */
async function spaceText(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }",
    );
    document.adoptedStyleSheets = [sheet];
  });
}
