// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source text under test
import { describe, expect, it } from "vitest";
import { checkWords } from "./check-words.ts";
import { madeUpTree } from "./made-up-tree.ts";

const ENGLISH = "src/features/undo/english.ts";
const GERMAN = "src/features/undo/german.ts";

function check(files: Record<string, string>) {
  return checkWords(madeUpTree(files));
}

describe("translations", () => {
  const english = `
    const lifetime = (span: string) => \`Works for \${span}.\`;
    export const english = {
      undo: { title: "Undo?", sentence: (email: string, site: string) => email + site, lifetime },
      joined: "a" + "b",
    } as const;`;

  it("translations are complete when both languages have the same texts", () => {
    const german = `export const german = {
      joined: "ab",
      undo: { title: \`Rückgängig?\`, sentence(email, site) { return site; }, lifetime: (span: string) => span },
    } satisfies Words;`;
    expect(check({ [ENGLISH]: english, [GERMAN]: german }).translations).toEqual([]);
  });

  it("missing, mismatched and surplus translations are reported", () => {
    const german = `export const german = {
      undo: { title: () => "Rückgängig?", sentence: (email: string) => email, hint: "Nein" },
      joined: "ab",
    };`;
    expect(check({ [ENGLISH]: english, [GERMAN]: german }).translations).toEqual([
      `${GERMAN}: undo.title must be a text, not a function of 0`,
      `${GERMAN}: undo.sentence must be a function of 2, not a function of 1`,
      `${GERMAN}: undo.lifetime is missing`,
      `${GERMAN}: undo.hint is not in the original`,
    ]);
  });

  it("a missing translation file is reported", () => {
    expect(check({ [ENGLISH]: english }).translations).toEqual([
      `${GERMAN} is missing: it translates ${ENGLISH}`,
    ]);
  });

  it("translations are found file by file in a folder of catalogues, with spread objects", () => {
    const files = {
      "src/core/words/english/common.ts": 'const a = { a: "A" };\nexport const common = { ...a, b: "B" };',
      "src/core/words/german/common.ts": 'export const common = { b: "B" };',
    };
    expect(check(files).translations).toEqual(["src/core/words/german/common.ts: a is missing"]);
  });
});

describe("unused texts", () => {
  const english = `export const english = {
    undo: { title: "Undo?", status: { done: "Done", open: "Open" } },
    errors: { link_invalid: { title: "Gone" } },
    events: { "undone:link": "Undone" },
  } as const;`;
  const errors = 'const codes = ["link_invalid"]; const events = { undone: 1 }; link("link");';
  const all = "show(messages.undo.title, messages.undo.status.done, messages.undo.status.open);";

  function unused(text: string, more: Record<string, string> = {}) {
    return check({ [ENGLISH]: english, "src/features/undo/pages.ts": text, ...more }).unused.map((line) =>
      line.replace(`${ENGLISH}: nothing uses `, ""),
    );
  }

  it.each([
    ["member by member", `${all}${errors}`],
    [
      "by destructuring",
      `const { undo } = messages; const { title, status: { done, open } } = undo;${errors}`,
    ],
    ["by their names in brackets", `${all.replace(".title", '["title"]')}${errors}`],
    [
      "by a value whose codes stand in the source",
      `show(messages.undo.title, messages.undo.status[state]); type State = "done" | "open";${errors}`,
    ],
  ])("no text is unused when a page takes it %s", (_what, text) => {
    expect(unused(text)).toEqual([]);
  });

  it("no text is unused when a page passes its group on and another file takes it", () => {
    const pages = `show(messages.undo.title); badge(messages.undo.status);${errors}`;
    const badge = "export const badge = (texts: Texts) => texts.done + texts.open;";
    expect(unused(pages, { "src/core/badge.ts": badge })).toEqual([]);
  });

  it("a text that no file takes is unused, even when a file takes the same key of another group", () => {
    expect(unused(`show(messages.undo.status.done, messages.login.open);${errors}`)).toEqual(["undo.title"]);
    expect(unused(`show(messages.undo.title); valve.open(); well.done();${errors}`)).toEqual([
      "undo.status.done",
      "undo.status.open",
    ]);
  });

  it("a text is unused if only an unrelated key of another file resembles it", () => {
    const pages = `const { status } = messages.undo; show(messages.undo.title, status.done);${errors}`;
    expect(unused(pages, { "src/core/valve.ts": "valve.open();" })).toEqual(["undo.status.open"]);
  });

  it("the text of a code is unused if no file has the code", () => {
    expect(unused(all)).toEqual(["errors.link_invalid.title", "events.undone:link"]);
  });

  it("tests, comments and other catalogues don't use a text", () => {
    const more = {
      "src/features/undo/undo.test.ts": "a.undo.title;",
      "src/features/undo/undo.ts": "// messages.undo.title",
      [GERMAN]: "export const german = { undo: { title: other.undo.title } };",
    };
    expect(unused(`${all.replace("messages.undo.title, ", "")}${errors}`, more)).toEqual(["undo.title"]);
  });

  it("a text without a group counts as used only in its own feature", () => {
    const files = {
      [ENGLISH]: 'export const english = { title: "Undo?" } as const;',
      "src/features/login/pages.ts": "show(words.title);",
    };
    expect(check(files).unused).toEqual([`${ENGLISH}: nothing uses title`]);
    expect(check({ ...files, "src/features/undo/pages.ts": "show(words.title);" }).unused).toEqual([]);
  });
});

describe("sentences outside a catalogue", () => {
  const file = "src/features/undo/pages.ts";

  it.each([
    ["a string", 'title("Undo this change");', "Undo this change"],
    ["a template", "title(`Welcome to ${site}.`);", "Welcome to …."],
    ["the text of a page", "html`<p>you are <b>signed in</b></p>`;", "you are"],
    ["the text after an attribute with a value", 'html`<a href="${path}">all of it</a>`;', "all of it"],
    ["a string inside a page", 'html`<p>${open && "Still open"}</p>`;', "Still open"],
  ])("sentences outside a catalogue are found in %s", (_what, text, sentence) => {
    const [found] = check({ [file]: `\n${text}\n` }).sentences;
    expect(found).toBe(`${file}:2 belongs in a catalogue: "${sentence}"`);
  });

  it.each([
    ["a class", 'html`<p class="card card-body">${text}</p>`;'],
    ["a class beside a value", 'html`<p class="badge badge-${tone} wide one">${text}</p>`;'],
    ["one word", "html`<b>Error</b>`;"],
    ["an attribute's text", 'field({ autocomplete: "section-a Username field" });'],
    ["an error", 'throw new TypeError("Give it a path.");'],
    ["an error's own text", 'class A extends Error { constructor() { super("It is too large."); } }'],
    ["a line of the log", 'core.log.warn({}, "Mail was not sent");'],
    ["a header", 'headers.set("Vary", "Cookie, Accept"); headers["A"] = "Session realm";'],
    ["a script", "html`<script>if (a) return b in c</script>`;"],
    ["SQL", 'const a = "select id from users";'],
    ["a comment", "// This is a sentence.\nconst a = 1;"],
  ])("no sentence is found in %s", (_what, text) => {
    expect(check({ [file]: text }).sentences).toEqual([]);
  });

  it("on the floor of HTML only sentences in templates are found, and in a catalogue none", () => {
    const text = 'const a = "A whole sentence";\nhtml`<p>A page of it</p>`;\n';
    const files = { "src/platform/html/layout.ts": text, "src/core/requests/form.ts": text, [ENGLISH]: text };
    expect(check(files).sentences.map((line) => line.split(" ")[0])).toEqual([
      "src/core/requests/form.ts:1",
      "src/core/requests/form.ts:2",
      "src/platform/html/layout.ts:2",
    ]);
  });
});
