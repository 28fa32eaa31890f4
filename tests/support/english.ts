import { wordPartsOf } from "../../src/core/feature/index.ts";
import { createWords } from "../../src/core/words/index.ts";
import { features } from "../../src/features.ts";

/** Every text of the library, without options. */
export const english = createWords({ parts: wordPartsOf(features), locales: ["en"] }).words("en");
