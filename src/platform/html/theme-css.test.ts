import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { themeColor } from "./layout.ts";
import { themeCss } from "./static-files.ts";

const variablesCss = readFileSync(new URL("./theme/variables.css", import.meta.url), "utf8");
const [lightBlock, darkBlock] = variablesCss.split("@media (prefers-color-scheme: dark)");
const light = colours(lightBlock ?? "");
const dark = new Map([...light, ...colours(darkBlock ?? "")]);

const textPairs: [string, string][] = [
  ...["background", "surface", "surface-sunken"].flatMap((ground): [string, string][] => [
    ["text", ground],
    ["text-muted", ground],
    ["link", ground],
    ["error", ground],
  ]),
  ["accent-text", "accent"],
  ["accent-text", "accent-hover"],
  ["error-text", "error"],
  ["danger-text", "danger"],
  ["danger-text", "danger-hover"],
  ["link", "accent-soft"],
  ["text", "accent-soft"],
  ["success", "success-soft"],
  ["warning", "warning-soft"],
  ["error", "error-soft"],
  ["text", "error-soft"],
];
const shapePairs: [string, string][] = ["background", "surface", "surface-sunken"].flatMap(
  (ground): [string, string][] => [
    ["border-control", ground],
    ["focus", ground],
    ["accent", ground],
  ],
);

describe.each([
  ["light", light],
  ["dark", dark],
] as const)("[AC-09] contrast in the %s scheme", (_scheme, palette) => {
  test.each(textPairs)("text %s on %s reaches 4.5 : 1", (front, ground) => {
    expect(contrast(palette.get(front), palette.get(ground))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(shapePairs)("shape %s on %s reaches 3 : 1", (front, ground) => {
    expect(contrast(palette.get(front), palette.get(ground))).toBeGreaterThanOrEqual(3);
  });
});

test("[HD-02] the style sheet loads nothing", () => {
  expect(themeCss).not.toMatch(/url\(|@import|image-set\(|https?:|data:/);
});

test("the browser's bars have the colour of the page", () => {
  expect(themeColor).toEqual({ light: light.get("background"), dark: dark.get("background") });
});

test("every used variable is defined", () => {
  const defined = new Set(Array.from(variablesCss.matchAll(/(--lk-[\w-]+):/g), (match) => match[1]));
  const used = new Set(Array.from(themeCss.matchAll(/var\((--lk-[\w-]+)/g), (match) => match[1]));
  expect([...used].filter((name) => !defined.has(name))).toEqual([]);
  expect([...defined].filter((name) => !used.has(name))).toEqual([]);
});

test("only variables hold colours, so that overriding them changes everything", () => {
  const rules = themeCss.slice(variablesCss.length);
  expect(rules.match(/#[0-9a-f]{3,8}\b/gi)).toBeNull();
});

function colours(css: string): Map<string, string> {
  return new Map(
    Array.from(css.matchAll(/--lk-([\w-]+): (#[0-9a-f]{6});/g), (match) => [match[1]!, match[2]!]),
  );
}

/** WCAG 2.2, "contrast ratio". */
function contrast(front: string | undefined, ground: string | undefined): number {
  if (!front || !ground) throw new Error("a colour of this pair is not defined");
  const [lighter, darker] = [luminance(front), luminance(ground)].sort((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
