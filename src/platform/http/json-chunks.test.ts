import { expect, test } from "vitest";
import { type JsonMembers, jsonChunks } from "./json-chunks.ts";

async function* rowsOf<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

async function chunksOf(members: JsonMembers): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of jsonChunks(members)) chunks.push(Buffer.from(chunk).toString());
  return chunks;
}

const whole = async (value: object) => (await chunksOf(Object.entries(value))).join("");

test("a document without long lists is the text that JSON.stringify makes", async () => {
  const value = {
    text: 'quote " backslash \\ newline \n lone \ud800 emoji 😀',
    number: 1.5,
    none: null,
    yes: true,
    date: new Date(0),
    own: { toJSON: () => "own" },
    missing: undefined,
    nested: { list: [1, undefined, "two", [3], { four: 4, missing: undefined }], empty: [], nothing: {} },
    "odd name": NaN,
    __proto__: null,
  };
  expect(await whole(value)).toBe(JSON.stringify(value));
  expect(await whole({})).toBe("{}");
});

test("an async iterable is a list, at the top and inside of objects", async () => {
  expect(
    await whole({
      rows: rowsOf([{ id: 1 }, { id: 2 }]),
      inner: { none: rowsOf([]), deep: { one: rowsOf([1]) } },
    }),
  ).toBe('{"rows":[{"id":1},{"id":2}],"inner":{"none":[],"deep":{"one":[1]}}}');
});

test("members come in their order, and a later one is not made before the earlier ones left", async () => {
  const made: string[] = [];
  async function* members(): AsyncGenerator<[string, unknown]> {
    for (const name of ["first", "second"]) {
      made.push(name);
      yield [name, "x".repeat(70_000)];
    }
  }
  const chunks = jsonChunks(members());
  await chunks.next();
  expect(made).toEqual(["first"]);
  await chunks.next();
  expect(made).toEqual(["first", "second"]);
});

test("a value that JSON can't express fails", async () => {
  await expect(whole({ count: 1n })).rejects.toThrow(TypeError);
  await expect(whole({ rows: rowsOf([1n]) })).rejects.toThrow(TypeError);
});

test("between two chunks the event loop has a turn, and no chunk holds more than 100 small rows", async () => {
  let turns = 0;
  let isCounting = true;
  const count = () => {
    turns += 1;
    if (isCounting) setImmediate(count);
  };
  setImmediate(count);
  const chunks = await chunksOf([["rows", rowsOf(Array.from({ length: 5000 }, (_, id) => ({ id })))]]);
  isCounting = false;
  expect(JSON.parse(chunks.join("")).rows).toHaveLength(5000);
  expect(Math.max(...chunks.map((chunk) => chunk.split("id").length - 1))).toBeLessThanOrEqual(100);
  expect(chunks.length).toBeGreaterThanOrEqual(50);
  expect(turns).toBeGreaterThanOrEqual(chunks.length - 1);
});

test("a chunk of large rows ends with the row that exceeds 64 KiB", async () => {
  const chunks = await chunksOf([["rows", rowsOf(Array.from({ length: 40 }, () => "x".repeat(20_000)))]]);
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(64 * 1024 + 20_100);
  expect(JSON.parse(chunks.join("")).rows).toHaveLength(40);
});

test("leaving early ends the iterable in the middle", async () => {
  let ended = false;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (let row = 0; ; row += 1) yield row;
    } finally {
      ended = true;
    }
  }
  for await (const _ of jsonChunks([["rows", endless()]])) break;
  expect(ended).toBe(true);
});
