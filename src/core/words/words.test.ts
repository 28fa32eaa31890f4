import { expect, test } from "vitest";
import { createWords, type WordPart } from "./index.ts";

const english = {
  title: "Log in",
  greet: (name: string) => `Hello ${name}`,
  errors: { lost: { title: "Lost" } },
};
const german = {
  title: "Anmelden",
  greet: (name: string) => `Hallo ${name}`,
  errors: { lost: { title: "Weg" } },
};

const login: WordPart = { name: "login", english, locales: { de: async () => ({ german }) } };
const terms: WordPart = {
  name: "terms",
  english: { accept: "I accept", errors: { refused: { title: "Refused" } } },
};
const parts = [login, terms];

/** The texts of this test's features. */
interface Own {
  language: string;
  login: { title: string; greet(name: string): string; errors?: undefined };
  terms: { accept: string };
  errors: Record<string, { title: string }>;
}
const own = (messages: unknown): Own => messages as Own;

test("each feature's texts are under its name, and codes of all features in one table", () => {
  const messages = own(createWords({ parts, locales: ["en"] }).words(null));
  expect(messages.language).toBe("en");
  expect(messages.login.title).toBe("Log in");
  expect(messages.login.errors).toBeUndefined();
  expect(messages.errors).toEqual({ lost: { title: "Lost" }, refused: { title: "Refused" } });
});

test("another language is loaded on demand; a feature without it stays English", async () => {
  const { words, load, locales } = createWords({ parts, locales: ["en", "de"] });
  expect(locales).toEqual(["en", "de"]);
  expect(own(words("de")).login.title).toBe("Log in");
  await load();
  expect(own(words("de")).login.greet("Anna")).toBe("Hallo Anna");
  expect(own(words("de")).errors.lost?.title).toBe("Weg");
  expect(own(words("de")).terms.accept).toBe("I accept");
  expect(own(words("en")).login.title).toBe("Log in");
});

test("a switched-off language is never loaded", async () => {
  const part: WordPart = { ...login, locales: { de: () => Promise.reject(new Error("loaded")) } };
  const { words, load } = createWords({ parts: [part], locales: ["en"] });
  await load();
  expect(own(words("de")).login.title).toBe("Log in");
});

test("the first language is the default, for null and for a switched-off language", async () => {
  const { words, load } = createWords({ parts, locales: ["de", "en"] });
  await load();
  for (const locale of [null, "fr", "constructor", "__proto__", ""]) {
    expect([locale, own(words(locale)).language]).toEqual([locale, "de"]);
  }
});

test("overrides change the default language only, and ignore unknown keys", async () => {
  const overrides = { login: { title: "Enter" }, nothing: { title: "x" } } as object;
  const { words, load } = createWords({ parts, locales: ["en", "de"], overrides });
  await load();
  expect(own(words("en")).login.title).toBe("Enter");
  expect(own(words("en")).terms.accept).toBe("I accept");
  expect(own(words("de")).login.title).toBe("Anmelden");
  expect(words("en")).not.toHaveProperty("nothing");
});

test("a language of the application comes as an object", () => {
  const french = { language: "fr", words: { login: { ...english, title: "Connexion" } } } as never;
  const { words } = createWords({ parts, locales: ["en", french] });
  expect(own(words("fr")).login.title).toBe("Connexion");
  expect(own(words("fr")).language).toBe("fr");
});

test("two features with one name, or one code, are refused", () => {
  expect(() => createWords({ parts: [login, login], locales: ["en"] })).toThrow('named "login"');
  const other: WordPart = { name: "other", english: { errors: { lost: { title: "Mine" } } } };
  expect(() => createWords({ parts: [login, other], locales: ["en"] })).toThrow("other.errors.lost");
  const reserved: WordPart = { name: "errors", english: {} };
  expect(() => createWords({ parts: [reserved], locales: ["en"] })).toThrow('named "errors"');
});
