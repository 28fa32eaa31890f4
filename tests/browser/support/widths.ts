import type { Page } from "playwright-core";
import { expect } from "vitest";

/** The widths at which a page is looked at, in CSS pixels: phones, tablets, half windows, a laptop. */
const widths = Array.from({ length: (1280 - 320) / 20 + 1 }, (_, step) => 320 + 20 * step);

/**
 * Checks at each width that no window, card or table frame cuts anything off, which axe can't see. Restores the window.
 * `name` names the page in a failure.
 */
export async function expectNothingCutOff(page: Page, name: string): Promise<void> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  const found = new Map<string, number[]>();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const what of await cutOff(page)) found.set(what, [...(found.get(what) ?? []), width]);
  }
  await page.setViewportSize(before);
  const lines = [...found].map(([what, at]) => `${what}: at ${at[0]} to ${at.at(-1)} pixels`);
  expect.soft(lines, name).toEqual([]);
}

/** Texts and controls that stand out of what clips them. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** What only screen readers meet is clipped to nothing. The link past the navigation waits above the window. */
    const isHiddenOnPurpose = (element: Element | null): boolean =>
      element !== null &&
      (element.matches(".skip-link") ||
        getComputedStyle(element).clipPath === "inset(50%)" ||
        isHiddenOnPurpose(element.parentElement));
    /** The nearest ancestor beyond which nothing is drawn, or the window. */
    const clipOf = (element: Element): { left: number; right: number; name: string } => {
      for (let box = element.parentElement; box !== null; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box);
        if (box === document.body || box === document.documentElement || overflowX === "visible") continue;
        const { left, right } = box.getBoundingClientRect();
        return { left, right: Math.min(right, innerWidth), name: box.className };
      }
      return { left: 0, right: document.documentElement.clientWidth, name: "the window" };
    };
    const found: string[] = [];
    const check = (element: Element, { left, right, width }: DOMRect, what: string) => {
      const clip = clipOf(element);
      const out = Math.round(Math.max(clip.left - left, right - clip.right));
      if (width > 0 && out > 1) found.push(`"${what}" stands out of ${clip.name}`);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { textContent, parentElement } = texts.currentNode;
      if (parentElement === null || !textContent?.trim() || isHiddenOnPurpose(parentElement)) continue;
      if (!parentElement.checkVisibility({ visibilityProperty: true })) continue;
      // A name that ends in "…" is shortened on purpose. Its whole text stands elsewhere.
      if (getComputedStyle(parentElement).textOverflow === "ellipsis") continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      for (const rectangle of range.getClientRects()) check(parentElement, rectangle, textContent.trim());
    }
    for (const control of document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, textarea, summary",
    )) {
      if (isHiddenOnPurpose(control) || !control.checkVisibility({ visibilityProperty: true })) continue;
      check(control, control.getBoundingClientRect(), control.outerHTML.slice(0, 80));
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push("the page scrolls sideways");
    return [...new Set(found)];
  });
}
