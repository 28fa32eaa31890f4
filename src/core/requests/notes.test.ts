import { expect, test } from "vitest";
import { notes } from "./notes.ts";

test("a note is found with its object and replaced by a later one", () => {
  const kept = notes<object, string>();
  const object = {};
  expect(kept.get(object)).toBeUndefined();
  kept.set(object, "first");
  kept.set(object, "second");
  expect(kept.get(object)).toBe("second");
});

test("two kinds of notes on one object are separate", () => {
  const [one, other] = [notes<object, string>(), notes<object, string>()];
  const object = {};
  one.set(object, "one");
  expect(other.get(object)).toBeUndefined();
});

test("a copy of an object has none of its notes", () => {
  const kept = notes<object, string>();
  const object = { path: "/" };
  kept.set(object, "note");
  expect(kept.get({ ...object })).toBeUndefined();
  expect(kept.get(Object.assign({}, object))).toBeUndefined();
  expect(Reflect.ownKeys({ ...object })).toEqual(["path"]);
});
