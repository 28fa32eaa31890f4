import { fold, type NamedTexts, override } from "./fold.ts";
import type { DeepPartial, LocaleFolder, Messages } from "./texts.ts";

/** The texts of one feature, with the loaders of other languages. */
export interface WordPart {
  /** The folder's name in camelCase, the key in `Messages`. */
  readonly name: string;
  readonly english: object;
  /** Language → a module whose only export is the texts, such as `() => import("./german.ts")`. */
  readonly locales?: Readonly<Record<string, () => Promise<object>>>;
}

interface WordsOptions {
  parts: readonly WordPart[];
  /** The switched-on languages; the first is the default. */
  locales: readonly (string | LocaleFolder)[];
  /** Texts instead of the library's own, in the default language. */
  overrides?: DeepPartial<Messages> | undefined;
}

/** The library's texts in the switched-on languages. */
interface Words {
  /** The texts of a language; of the default one for null and for a switched-off language. */
  words(locale: string | null): Messages;
  /** The switched-on languages; the first is the default. */
  readonly locales: readonly string[];
  /** Loads the other languages. Until then `words` returns English. */
  load(): Promise<void>;
}

const languageOf = (locale: string | LocaleFolder): string =>
  typeof locale === "string" ? locale : locale.language;

function foldFolder(parts: readonly WordPart[], { language, words }: LocaleFolder): Messages {
  const own: Readonly<Record<string, object>> = words;
  return fold(
    language,
    parts.map(({ name, english }) => ({ name, texts: own[name] ?? english })),
  );
}

/** A feature without this language falls back to English. */
async function loadPart({ name, english, locales = {} }: WordPart, language: string): Promise<NamedTexts> {
  const load = Object.hasOwn(locales, language) ? locales[language] : undefined;
  if (load === undefined) return { name, texts: english };
  const [texts, ...others] = Object.values(await load());
  if (typeof texts !== "object" || others.length > 0)
    throw new TypeError(`the texts of "${name}" (${language}) must be the one export of their module`);
  return { name, texts };
}

/**
 * Folds the texts of all features in each language. Only English is available at once: other languages load on demand.
 */
export function createWords({ parts, locales, overrides }: WordsOptions): Words {
  const languages = locales.map(languageOf);
  const [standard = "en"] = languages;
  const inEnglish = fold(
    "en",
    parts.map(({ name, english }) => ({ name, texts: english })),
  );
  const known = new Map<string, Messages>();

  function keep(language: string, messages: Messages): void {
    known.set(language, language === standard ? override(messages, overrides) : messages);
  }

  for (const locale of locales) {
    if (typeof locale === "object") keep(locale.language, foldFolder(parts, locale));
    else if (locale === "en") keep("en", inEnglish);
  }
  return {
    locales: languages,
    words: (locale) => known.get(locale ?? standard) ?? known.get(standard) ?? inEnglish,
    async load() {
      for (const language of languages) {
        if (known.has(language)) continue;
        keep(language, fold(language, await Promise.all(parts.map((part) => loadPart(part, language)))));
      }
    },
  };
}
