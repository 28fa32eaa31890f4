import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { wordPartsOf } from "./core/feature/index.ts";
import type { EndReason } from "./core/sessions/index.ts";
import { createWords, type Messages } from "./core/words/index.ts";
import { features } from "./features.ts";
import { LatchkeyError } from "./platform/errors/index.ts";

const wordParts = wordPartsOf(features);
const eventNames = features.flatMap(({ events = {} }) => Object.keys(events));

const { words, load } = createWords({ parts: wordParts, locales: ["en", "de"] });
await load();
const catalogues: [string, Messages][] = [
  ["English", words("en")],
  ["German", words("de")],
];

const sources = globSync("src/{core,features,cli,platform}/**/*.ts").filter(
  (file) => !/(\.test|english|german)\.ts$/.test(file),
);
const code = sources.map((file) => readFileSync(file, "utf8")).join("\n");

/** Every text by its path, such as `login.title`. */
function leaves(value: unknown, path: string[] = []): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path.join("."), value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

const kindOf = (text: unknown): string =>
  typeof text === "function" ? `function of ${text.length}` : typeof text;
const shapeOf = (messages: Messages) =>
  leaves(messages)
    .map(([path, text]) => `${path}: ${kindOf(text)}`)
    .sort();

const lookups = ["errors", "fieldErrors", "requiredFields", "events", "ended", "endedShort"] as const;

test("German has exactly the texts that English has", () => {
  expect(shapeOf(words("de"))).toEqual(shapeOf(words("en")));
});

test("no German text is the English one, apart from names", () => {
  const english = new Map(leaves(words("en")));
  const arguments_ = ["Anna", "Bert"] as const;
  const said = (text: unknown) => (typeof text === "function" ? String(text(...arguments_)) : String(text));
  const same = leaves(words("de")).flatMap(([path, text]) =>
    said(english.get(path)) === said(text) ? [path] : [],
  );
  expect(same.sort()).toEqual(["admin.columns.status", "admin.statusLabel", "common.optional"]);
});

test("every text is used", () => {
  const unused = leaves(words("en")).flatMap(([path]) => {
    const [group, ...keys] = path.split(".");
    const key = keys.at(-1) ?? group;
    if (group === "language" || lookups.some((name) => name === group)) return [];
    return new RegExp(`\\b${key}\\b`).test(code) ? [] : [path];
  });
  expect(unused).toEqual([]);
});

test("every code with a text exists", () => {
  const { errors, fieldErrors, requiredFields, events, ended, endedShort } = words("en");
  for (const event of Object.keys(events)) expect([...eventNames]).toContain(event.split(":")[0]);
  const named = [errors, fieldErrors, requiredFields, ended, endedShort].flatMap((table) =>
    Object.keys(table),
  );
  expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
});

const reasons: Record<EndReason, true> = {
  logout: true,
  idle: true,
  expired: true,
  replaced: true,
  renewed: true,
  password_changed: true,
  password_reset: true,
  email_confirmed: true,
  rights_changed: true,
  account_disabled: true,
  email_changed: true,
  undone: true,
  deletion_requested: true,
  too_many_attempts: true,
  too_many_sessions: true,
  ended_by_user: true,
  ended_by_operator: true,
};

test.each(catalogues)(
  "%s has a sentence for every event, every refusal and every end of a session",
  (_, messages) => {
    const silent = ["session_created", "session_renewed", "session_expired", "session_ended"];
    const told = eventNames.filter((event) => !silent.includes(event));
    expect(told.filter((event) => !Object.hasOwn(messages.events, event))).toEqual([]);
    expect(Object.keys(reasons).filter((reason) => !Object.hasOwn(messages.endedShort, reason))).toEqual([]);
    // A user who logged out knows the reason.
    const mute = Object.keys(reasons).filter((reason) => !Object.hasOwn(messages.ended, reason));
    expect(mute).toEqual(["logout"]);
    const codes = [...code.matchAll(/new LatchkeyError\(\s*"(\w+)"/g)].map(([, found]) => found as string);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((found) => !Object.hasOwn(messages.errors, found))).toEqual([]);
    expect(new LatchkeyError("not_found").code).toBe("not_found");
  },
);

test.each(catalogues)("%s has correct quotes, dots and spaces", (_, messages) => {
  for (const [path, text] of leaves(messages)) {
    const said = typeof text === "function" ? text("Anna", "Bert") : text;
    expect([path, said]).toEqual([path, expect.not.stringMatching(/ {2}|undefined|"|^\s|\.\.|\s[.,!?]/)]);
  }
  for (const sentence of Object.values(messages.events)) expect(sentence).toMatch(/^\p{Lu}.*\.$/u);
  for (const sentence of Object.values(messages.ended)) expect(sentence).toMatch(/^\p{Lu}.*\.$/u);
});

/** Files whose texts people read. */
const shown = sources.filter((file) =>
  /features\/.*\/(pages|mail|activity-text)\.ts$|core\/(notices|requests)\/|compose-mail|platform\/html\//.test(
    file,
  ),
);

/** String and template texts of a line, without comments, imports, and texts for programmers. */
function textsOf(source: string): string[] {
  const bare = source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/^(?:import|export)\b[\s\S]*?from "[^"]*";$/gm, "")
    .replace(/(?:detail|summary): (?:`[^`]*`|"[^"]*")/g, "")
    .replace(/(?:Error|DataTooLarge|super|notes<[^(]*>|notes)\(\s*(?:`[^`]*`|"[^"]*")/g, "");
  const strings = [...bare.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].map(([, one, other]) => one ?? other ?? "");
  const markup = [...bare.matchAll(/>([^<>${}`\n]+)</g)].map(([, text]) => text as string);
  return [...strings, ...markup].map((text) => text.trim());
}

/** For programmers and programs. */
const technical = /^Store less, or keep it on the server|^Session realm=/;

test("no user-visible sentence is outside a catalogue", () => {
  const sentence = /^[A-Z][a-z]+(?: [a-z']+)+[ .?!:…]?|^[A-Z][a-z]{3,}[.?!:]$/;
  const found = shown
    .filter((file) => !/theme|glyphs|icon|script|assets/.test(file))
    .flatMap((file) =>
      textsOf(readFileSync(file, "utf8")).flatMap((text) =>
        sentence.test(text) && !technical.test(text) ? [`${file}: ${text}`] : [],
      ),
    );
  expect(found).toEqual([]);
});
