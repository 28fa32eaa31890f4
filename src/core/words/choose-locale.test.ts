import { expect, test } from "vitest";
import { chooseLocale } from "./index.ts";

const both = ["en", "de"];

test.each([
  ["de", "de"],
  ["de-DE,de;q=0.9,en;q=0.8", "de"],
  ["de-AT", "de"],
  ["DE-at , en;q=0.1", "de"],
  ["en-US,en;q=0.9,de;q=0.8", "en"],
  ["fr, de;q=0.5, en;q=0.4", "de"],
  ["de, en", "de"],
  ["en, de", "en"],
  ["en;q=0.5, de;q=0.5", "en"],
  ["*", "en"],
  ["*, en;q=0", "de"],
  ["de;q=0.2, *;q=0.9", "en"],
  ["de-AT;q=0, de", "de"],
  ["de\t;\tq=1.000", "de"],
])("%s chooses %s", (header, expected) => {
  expect(chooseLocale(header, both)).toBe(expected);
});

test.each([[null], [""], ["fr"], ["de;q=0"], ["de;q=0.000"], ["deutsch"], ["d"], ["en_US"], ["x-de"]])(
  "%s chooses none",
  (header) => {
    expect(chooseLocale(header, both)).toBeNull();
  },
);

test("a malformed part is ignored, and the rest counts", () => {
  for (const part of [
    "de;q=2",
    "de;q=-1",
    "de;q=1.5",
    "de;q=0.1234",
    "de;q=",
    "de;x=1",
    "de;q=1;q=0",
    "de-",
    "-de",
    "d e",
    "de;q=NaN",
    "__proto__",
    "de\0",
  ]) {
    expect([part, chooseLocale(`${part},en;q=0.1`, both)]).toEqual([part, "en"]);
  }
});

test("hostile headers are read up to a length, quickly, and aren't returned", () => {
  const hostile = [
    "de-".repeat(100_000),
    ",".repeat(1_000_000),
    `${"de;q=0.".repeat(10_000)}1`,
    `${"fr,".repeat(30)}de`,
    `${" ".repeat(100_000)}de`,
    `de${"\t".repeat(100_000)};q=1`,
    `${"a".repeat(511)},de`,
  ];
  const started = performance.now();
  for (const header of hostile) expect([null, "en", "de"]).toContain(chooseLocale(header, both));
  expect(performance.now() - started).toBeLessThan(500);
  expect(chooseLocale(`${"fr,".repeat(30)}de`, both)).toBeNull();
});

test("the last part of a cut header doesn't count", () => {
  const header = `fr;q=0.1,${" ".repeat(512 - 9 - 2)}de-AT`;
  expect(chooseLocale(header, both)).toBeNull();
});

test("a longer tag is found exactly and by its beginning", () => {
  const available = ["en", "pt-BR"];
  expect(chooseLocale("pt-BR", available)).toBe("pt-BR");
  expect(chooseLocale("pt", available)).toBe("pt-BR");
  expect(chooseLocale("pt-PT", available)).toBeNull();
});
