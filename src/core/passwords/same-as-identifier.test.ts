import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameAsIdentifier } from "./same-as-identifier.ts";

const identifiers = ["Anna.Berg+shop@Example.com", "berg1987", "", "Larkspur Books"];
const same = (password: string) => isSameAsIdentifier(password, identifiers);

test.each([
  ["own e-mail", "anna.berg+shop@example.com"],
  ["own e-mail, other case", "ANNA.BERG+SHOP@EXAMPLE.COM"],
  ["own e-mail and digits", "anna.berg+shop@example.com1"],
  ["local part", "anna.berg+shop"],
  ["local part before the plus", "anna.berg"],
  ["local part without its dot", "annaberg"],
  ["local part doubled", "anna.berganna.berg"],
  ["username", "berg1987"],
  ["username doubled", "berg1987berg1987"],
  ["username with another year", "berg2026"],
  ["username padded", "!!berg1987!!2026"],
  ["site name", "larkspur books"],
  ["site name without the space", "LarkspurBooks"],
  ["site name doubled", "larkspurbookslarkspurbooks"],
  ["site name doubled with a hyphen", "larkspur books-larkspur books"],
  ["site name, year, padding", "LarkspurBooks2026!!!!!"],
  ["site name padded with a plain run", "larkspurbooks1234567890"],
  ["year before the site name", "2026larkspurbooks"],
])("[PW-09] refused: %s", (_, password) => {
  expect(same(password)).toBe(true);
});

test.each([
  ["a long phrase with the site name", "i buy larkspur books on rainy days"],
  ["a phrase with the username", "where does berg1987 live"],
  ["the site name within other words", "mylarkspurbooksforever"],
  ["the site name and many random digits", "larkspurbooks8295710384625"],
  ["a part of the site name with other words", "larkspur meadow"],
  ["something else", "mqzjvhxkwbtrg"],
  ["nothing", ""],
])("[PW-09] accepted: %s", (_, password) => {
  expect(same(password)).toBe(false);
});

test("[PW-09] names in other scripts and normal forms are recognised", () => {
  expect(isSameAsIdentifier("cafe\u0301cafe\u0301!", ["Caf\u00e9"])).toBe(true);
  expect(
    isSameAsIdentifier("\u043c\u0430\u0433\u0430\u0437\u0438\u043d2026", [
      "\u041c\u0430\u0433\u0430\u0437\u0438\u043d",
    ]),
  ).toBe(true);
  expect(isSameAsIdentifier("\u{1F511}\u{1F511}", ["\u{1F511}\u{1F511}"])).toBe(true);
});

test("a name of digits refuses only itself, and empty names refuse nothing", () => {
  expect(isSameAsIdentifier("4711", ["4711"])).toBe(true);
  expect(isSameAsIdentifier("8347119205", ["4711"])).toBe(false);
  expect(isSameAsIdentifier("2026!!!!", ["", " ", "@", "+@"])).toBe(false);
});

test("comparing with identifiers never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.string({ unit: "binary" })), (password, names) => {
      expect(typeof isSameAsIdentifier(password, names)).toBe("boolean");
    }),
  );
});
