import fc from "fast-check";
import { expect, test } from "vitest";
import { rangePrefixLength, timesBreached } from "./range-answer.ts";

const hexadecimal = fc.constantFrom(..."0123456789ABCDEFabcdef");
const suffixes = fc.string({ unit: hexadecimal, minLength: 35, maxLength: 35 });
const counts = fc.nat({ max: 100_000_000 });
const entries = fc.uniqueArray(fc.tuple(suffixes, counts), {
  selector: ([suffix]) => suffix.toUpperCase(),
  minLength: 1,
  maxLength: 40,
});
const lineBreaks = fc.constantFrom("\r\n", "\n");

test("[PW-08] a listed suffix has its count in either case, any order and any line breaks", () => {
  fc.assert(
    fc.property(entries, lineBreaks, fc.nat(), fc.boolean(), (list, lineBreak, pick, upper) => {
      const text = list.map(([suffix, count]) => `${suffix}:${count}`).join(lineBreak);
      const [suffix, count] = list[pick % list.length]!;
      const asked = upper ? suffix.toUpperCase() : suffix.toLowerCase();
      expect(timesBreached(text, asked)).toBe(count);
      expect(timesBreached(text + lineBreak, asked)).toBe(count);
    }),
  );
});

test("[PW-08] a suffix that isn't listed has the count 0", () => {
  fc.assert(
    fc.property(entries, suffixes, (list, asked) => {
      fc.pre(list.every(([suffix]) => suffix.toUpperCase() !== asked.toUpperCase()));
      expect(timesBreached(list.map((each) => each.join(":")).join("\n"), asked)).toBe(0);
    }),
  );
});

test("[PW-08] one malformed line makes the whole answer unusable, even beside a listed suffix", () => {
  const isNoEntry = (line: string) => line !== "" && !/^[0-9a-f]{35}:\d{1,15}$/i.test(line);
  const junk = fc.string().filter((line) => !/[\r\n]/.test(line) && isNoEntry(line));
  fc.assert(
    fc.property(entries, junk, fc.nat(), (list, line, at) => {
      const lines = list.map((each) => each.join(":"));
      lines.splice(at % (lines.length + 1), 0, line);
      expect(timesBreached(lines.join("\r\n"), list[0]![0])).toBeUndefined();
    }),
  );
});

test("[PW-08] no text of an answer throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), suffixes, (text, asked) => {
      expect([undefined, 0]).toContain(timesBreached(text, asked));
    }),
  );
});

test.each(["", "\r\n\r\n", "<html>", `${"A".repeat(35)}`, `${"A".repeat(40)}:1`, `${"A".repeat(35)}:-1`])(
  "[PW-08] %j is not a usable answer",
  (text) => {
    expect(timesBreached(text, "A".repeat(35))).toBeUndefined();
  },
);

test("[PW-08] padding that happens to name the suffix doesn't hide its entry", () => {
  const suffix = "A".repeat(40 - rangePrefixLength);
  expect(timesBreached(`${suffix}:0\n${suffix}:2\n${suffix}:0`, suffix)).toBe(2);
  expect(timesBreached(`${suffix}:0`, suffix)).toBe(0);
});
