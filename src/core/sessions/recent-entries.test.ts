import { expect, test } from "vitest";
import { recentEntries } from "./recent-entries.ts";

test("the entries stay within their maximum, and the most recent half always remains", () => {
  const entries = recentEntries<number>(10);
  for (let number = 0; number < 1000; number += 1) entries.set(`key ${number}`, number);
  const kept = Array.from({ length: 1000 }, (_, number) => number).filter(
    (number) => entries.get(`key ${number}`) !== undefined,
  );
  expect(kept.length).toBeLessThanOrEqual(10);
  expect(kept.slice(-5)).toEqual([995, 996, 997, 998, 999]);
});

test("a reused entry stays, however many entries follow", () => {
  const entries = recentEntries<string>(10);
  entries.set("used", "value");
  for (let number = 0; number < 100; number += 1) {
    entries.set(`other ${number}`, "");
    expect(entries.get("used")).toBe("value");
  }
});

test("clearing forgets every entry, of the old generation too", () => {
  const entries = recentEntries<number>(4);
  for (let number = 0; number < 4; number += 1) entries.set(`key ${number}`, number);
  entries.clear();
  expect([0, 1, 2, 3].map((number) => entries.get(`key ${number}`))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("forgetting named entries of both generations keeps all others", () => {
  const entries = recentEntries<number>(8);
  for (let number = 0; number < 6; number += 1) entries.set(`key ${number}`, number);
  entries.forget((number) => number % 2 === 1);
  const kept = [0, 1, 2, 3, 4, 5].map((number) => entries.get(`key ${number}`));
  expect(kept).toEqual([0, undefined, 2, undefined, 4, undefined]);
});
