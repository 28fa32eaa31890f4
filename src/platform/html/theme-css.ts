import { contentCss } from "./theme/content.ts";
import { controlsCss } from "./theme/controls.ts";
import { documentCss } from "./theme/document.ts";
import { frameCss } from "./theme/frame.ts";
import { variablesCss } from "./theme/variables.ts";

/**
 * The whole style sheet. It loads nothing, names every colour, space, radius and font as a `--lk-*` variable on
 * `:root`, and can be changed by setting those variables in a style sheet that comes later.
 */
export const themeCss = [variablesCss, documentCss, frameCss, controlsCss, contentCss].join("\n");
