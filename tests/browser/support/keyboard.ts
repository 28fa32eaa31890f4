import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

const MOST_STOPS = 60;

/** What a sighted keyboard user sees of the focused element. */
interface FocusSeen {
  element: string;
  /** An outline that the same element doesn't have without the focus. */
  outlined: boolean;
  /** Its middle is inside the window and not covered. */
  uncovered: boolean;
}

/**
 * Presses Tab until this has the focus. Fails if a stop on the way has no visible focus or is covered, or if Tab never
 * reaches it.
 */
// Row AC-08.
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const seen = await focusSeen(page);
    if (seen !== null) expect(seen).toEqual({ element: seen.element, outlined: true, uncovered: true });
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab never reaches ${target}.`);
}

/** Reaches a field by Tab and types into it. */
export async function tabAndType(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.type(text);
}

async function focusSeen(page: Page): Promise<FocusSeen | null> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (element === null || element === document.body) return null;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const outline = () => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
      return outlineStyle === "none" ? "none" : `${outlineStyle} ${outlineWidth} ${outlineColor}`;
    };
    const focused = outline();
    element.blur();
    const blurred = outline();
    element.focus({ preventScroll: true });
    return {
      element: element.outerHTML.slice(0, 120),
      outlined: focused !== "none" && focused !== blurred,
      uncovered: found !== null && (element.contains(found) || found.contains(element)),
    };
  });
}
