import { createWords } from "../../src/core/words/index.ts";
import { wordParts } from "../../src/word-parts.ts";

/** Every text of the library, as it comes without options. */
export const english = createWords({ parts: wordParts, locales: ["en"] }).words("en");
